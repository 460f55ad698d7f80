package main

import (
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"syscall"
	"time"
)

const (
	portFile = "nodesuite.port" // where the servers of a folder take commands
	logFile  = "nodesuite.log"  // what they had to say

	startTimeout = 30 * time.Second
	pause        = 20 * time.Millisecond
)

// up starts the servers of the folder, or those of their nodes that are
// stopped.
func up() error {
	if _, err := os.Stat(portFile); err == nil {
		return control("/up")
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	log, err := os.Create(logFile)
	if err != nil {
		return err
	}
	servers := exec.Command(self, serveCommand)
	servers.Stdout, servers.Stderr = log, log
	servers.SysProcAttr = &syscall.SysProcAttr{Setsid: true} // they outlive this command
	if err := servers.Start(); err != nil {
		return err
	}
	ended := make(chan error, 1)
	go func() { ended <- servers.Wait() }()
	for deadline := time.Now().Add(startTimeout); time.Now().Before(deadline); {
		if _, err := os.Stat(portFile); err == nil {
			return nil
		}
		select {
		case err := <-ended:
			said, _ := os.ReadFile(logFile) // the error is told in any case
			return fmt.Errorf("the servers have ended: %w: %s", err, said)
		case <-time.After(pause):
		}
	}
	return errors.Join(errors.New("the servers take too long to start"), servers.Process.Kill())
}

// down ends the servers, if there are any.
func down() error {
	if _, err := os.Stat(portFile); errors.Is(err, os.ErrNotExist) {
		return nil
	}
	return errors.Join(control("/down"), os.Remove(portFile))
}

// control tells the servers of the folder what to do.
func control(command string) error {
	address, err := os.ReadFile(portFile)
	if err != nil {
		return err
	}
	resp, err := http.Post("http://"+string(address)+command, "", nil)
	if err != nil {
		return err
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode != http.StatusOK {
		said, _ := io.ReadAll(resp.Body) // the status is told in any case
		return fmt.Errorf("%s: %s: %s", command, resp.Status, said)
	}
	return nil
}

// curlError is a failure with the exit code that curl has for it.
type curlError struct {
	code int
	err  error
}

func (e *curlError) Error() string { return e.err.Error() }

// The exit codes of curl.
const (
	curlConnect = 7
	curlStatus  = 22
)

// curl asks the named node what the suite would ask inside its container.
func curl(name, inside string) error {
	nodes, err := readNodes()
	if err != nil {
		return err
	}
	asked, err := url.Parse(inside)
	if err != nil {
		return err
	}
	for _, n := range nodes {
		if n.name == name {
			asked.Host = "127.0.0.1:" + n.port
			return get(asked.String())
		}
	}
	return fmt.Errorf("no node is named %s", name)
}

// get prints what is at an address, of a server whose certificate is as good as
// any.
func get(address string) error {
	client := http.Client{Transport: &http.Transport{
		TLSClientConfig: &tls.Config{InsecureSkipVerify: true, MinVersion: tls.VersionTLS12}}}
	resp, err := client.Get(address)
	if err != nil {
		return &curlError{curlConnect, err}
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode >= http.StatusBadRequest {
		return &curlError{curlStatus, errors.New(resp.Status)}
	}
	_, err = io.Copy(os.Stdout, resp.Body)
	return err
}
