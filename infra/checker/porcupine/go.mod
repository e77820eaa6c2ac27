// Builds the linearizability checker of the stock's histories (infra/checker does it on first use).
module github.com/murmuration/infra/checker/porcupine

go 1.21

require github.com/anishathalye/porcupine v1.3.1
