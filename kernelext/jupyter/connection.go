package jupyter

import (
	"encoding/json"
	"errors"
	"math/rand/v2"
	"net"
	"os"
	"path/filepath"
	"strconv"
)

// connection is the content of a connection file.
type connection struct {
	Transport string `json:"transport"`
	IP        string `json:"ip"`
	Shell     int    `json:"shell_port"`
	IOPub     int    `json:"iopub_port"`
	Stdin     int    `json:"stdin_port"`
	Control   int    `json:"control_port"`
	Heartbeat int    `json:"hb_port"`
	Scheme    string `json:"signature_scheme"`
	Key       string `json:"key"`
	Name      string `json:"kernel_name"`
}

const loopback = "127.0.0.1"

func address(port int) string { return net.JoinHostPort(loopback, strconv.Itoa(port)) }

func newConnection(name string) (connection, error) {
	ports, err := freePorts(5)
	if err != nil {
		return connection{}, err
	}
	return connection{
		Transport: "tcp", IP: loopback, Scheme: "hmac-sha256", Key: newID(), Name: name,
		Shell: ports[0], IOPub: ports[1], Stdin: ports[2], Control: ports[3], Heartbeat: ports[4],
	}, nil
}

// write writes the connection file; GoNB wants the name to hold a UUID.
func (c connection) write(dir, id string) (path string, err error) {
	b, err := json.MarshalIndent(c, "", "  ")
	if err != nil {
		return "", err
	}
	path = filepath.Join(dir, "kernel-"+id+".json")
	return path, os.WriteFile(path, b, 0o600)
}

// freePorts returns ports on which nobody listens. They lie below the range from which systems give ports to outgoing
// connections (from 32768 on Linux, 49152 elsewhere): so no client can take one before the kernel binds it, and
// our own dialling cannot connect to itself. That two programs choose the same one is unlikely; Start then tries anew.
func freePorts(n int) ([]int, error) {
	const low, high = 10000, 32768
	ports := make([]int, 0, n)
	for tries := 0; len(ports) < n; tries++ {
		if tries > 200 {
			return nil, errors.New("no free ports on " + loopback)
		}
		port := low + rand.IntN(high-low)
		l, err := net.Listen("tcp", address(port))
		if err != nil {
			continue
		}
		defer l.Close() // all are held until all are found
		ports = append(ports, port)
	}
	return ports, nil
}
