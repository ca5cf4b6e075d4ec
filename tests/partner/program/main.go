package main

import (
	"bufio"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"log"
	"os"
)

// One record a line: {"headers", "value", "key"}, the latter two in hex. Prints the body in hex, or what is wrong.
func main() {
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var record struct {
			Headers    map[string]string
			Value, Key string
		}
		if err := json.Unmarshal(lines.Bytes(), &record); err != nil {
			log.Fatal(err)
		}
		value, _ := hex.DecodeString(record.Value)
		key, _ := hex.DecodeString(record.Key)
		if body, err := Verify(record.Headers, value, key); err != nil {
			fmt.Println("error:", err)
		} else {
			fmt.Println(hex.EncodeToString(body))
		}
	}
}
