// Command srfake serves franz-go's in-memory schema registry as a real HTTP server for the tests.
//
// It listens on 127.0.0.1 (-port 0: a free one), prints one JSON line {"url", "ca"}, and ends when its standard input does,
// so it never outlives the test. -auth is the Authorization header that it asks for; with -tls it speaks TLS under the
// certificate of net/http/httptest, which is its own authority and is printed as "ca" (PEM).
package main

import (
	"encoding/json"
	"encoding/pem"
	"flag"
	"fmt"
	"io"
	"log"
	"net"
	"net/http/httptest"
	"os"

	"github.com/twmb/franz-go/pkg/sr/srfake"
)

func main() {
	port := flag.Int("port", 0, "port to listen on; 0: a free one")
	auth := flag.String("auth", "", "the Authorization header asked for")
	encrypted := flag.Bool("tls", false, "speak TLS")
	flag.Parse()

	var options []srfake.Option
	if *auth != "" {
		options = append(options, srfake.WithAuth(*auth))
	}
	registry := srfake.New(options...)
	defer registry.Close()

	listener, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", *port))
	if err != nil {
		log.Fatal(err)
	}
	server := httptest.NewUnstartedServer(registry.Handler())
	server.Listener.Close()
	server.Listener = listener
	if *encrypted {
		server.StartTLS()
	} else {
		server.Start()
	}
	defer server.Close()

	told := map[string]string{"url": server.URL, "ca": ""}
	if certificate := server.Certificate(); certificate != nil {
		told["ca"] = string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: certificate.Raw}))
	}
	if err := json.NewEncoder(os.Stdout).Encode(told); err != nil {
		log.Fatal(err)
	}
	_, _ = io.Copy(io.Discard, os.Stdin)
}
