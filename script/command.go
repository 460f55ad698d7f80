package script

import "github.com/marketcore/marketplace/aggregate"

// ParseCommand reads one command by its name and its own fields, a JSON object
// without id, at, cmd and acted_by: for a gateway that gets those in another way,
// such as an HTTP path and a header. It is as strict as reading a line and fails
// with the same *aggregate.Rejection, which quotes nothing of the fields.
func ParseCommand(name string, fields []byte) (aggregate.Command, error) {
	p := newParser()
	t := p.target(name)
	if t == nil {
		return nil, invalid("", "the command is unknown")
	}
	if len(fields) > MaxLine {
		return nil, invalid(name, "the fields are longer than %d bytes", MaxLine)
	}
	if err := readObject(fields, "the body", p.keep); err != nil {
		return nil, err
	}
	c, err := p.read(t)
	if err != nil {
		return nil, err
	}
	return c, nil
}
