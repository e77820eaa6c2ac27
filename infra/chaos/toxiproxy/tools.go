//go:build tools

// Keeps the import that go.mod is for.
package tools

import _ "github.com/Shopify/toxiproxy/v2/cmd/server"
