package postgrestest

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
)

// cluster is what initdb has made, in memory: initdb takes two seconds of a
// processor, and what it makes for one server does for all of a process.
type cluster struct {
	password string // the superuser's
	folders  []string
	files    []clusterFile
}

// clusterFile is a file without the zeros at its end, of which there are many.
type clusterFile struct {
	name string
	text []byte
	size int64
}

// initialized is the cluster of this process.
var initialized = sync.OnceValues(func() (c *cluster, err error) {
	programs, err := programs(installed)
	if err != nil {
		return nil, err
	}
	owner, err := otherThanRoot()
	if err != nil {
		return nil, err
	}
	folder, err := owner.folder()
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	c = &cluster{password: rand.Text()}
	secret := filepath.Join(folder, "password")
	if err := os.WriteFile(secret, []byte(verifier(c.password)), 0o600); err != nil {
		return nil, err
	}
	if owner != nil {
		if err := owner.give(secret); err != nil {
			return nil, err
		}
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	data := filepath.Join(folder, "data")
	cmd := exec.CommandContext(ctx, filepath.Join(programs, "initdb"), "--pgdata="+data, "--username="+superuser,
		"--pwfile="+secret, "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C", "--no-sync")
	cmd.Dir = folder
	owner.run(cmd)
	if out, err := cmd.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("postgrestest: initdb: %w\n%s", err, out)
	}
	return c, c.read(data)
})

// verifier is how PostgreSQL keeps a password, made by SCRAM in one round instead of
// thousands: both sides take them again at every connection, and nobody guesses this one.
func verifier(password string) string {
	mac := func(key []byte, text string) []byte {
		h := hmac.New(sha256.New, key)
		h.Write([]byte(text))
		return h.Sum(nil)
	}
	encode := base64.StdEncoding.EncodeToString
	salt := []byte(rand.Text()[:16])
	salted := mac([]byte(password), string(salt)+"\x00\x00\x00\x01")
	stored := sha256.Sum256(mac(salted, "Client Key"))
	return "SCRAM-SHA-256$1:" + encode(salt) + "$" + encode(stored[:]) + ":" + encode(mac(salted, "Server Key"))
}

func (c *cluster) read(data string) error {
	return filepath.WalkDir(data, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, err := filepath.Rel(data, path)
		if err != nil {
			return err
		}
		if entry.IsDir() {
			c.folders = append(c.folders, name)
			return nil
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		size := int64(len(text))
		c.files = append(c.files, clusterFile{name, bytes.Clone(bytes.TrimRight(text, "\x00")), size})
		return nil
	})
}

// write makes the cluster anew in a folder that is not there.
func (c *cluster) write(data string, owner *owner) error {
	for _, name := range c.folders {
		path := filepath.Join(data, name)
		if err := os.Mkdir(path, 0o700); err != nil {
			return err
		}
		if owner != nil {
			if err := owner.give(path); err != nil {
				return err
			}
		}
	}
	for _, f := range c.files {
		path := filepath.Join(data, f.name)
		if err := os.WriteFile(path, f.text, 0o600); err != nil {
			return err
		}
		if err := os.Truncate(path, f.size); err != nil {
			return err
		}
		if owner != nil {
			if err := owner.give(path); err != nil {
				return err
			}
		}
	}
	return nil
}
