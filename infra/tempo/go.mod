// Builds the native Tempo for machines without Docker (infra/local does it on first use).
// The newest Tempo whose checksum the module proxy can verify; it links and runs with Go 1.20 only.
module github.com/murmuration/infra/tempo

go 1.20

require github.com/grafana/tempo v1.5.1-0.20230524121406-1dc1bfe7085b

// Replacements do not carry over from a dependency's go.mod: these are Tempo's own.
replace (
	github.com/bradfitz/gomemcache => github.com/themihai/gomemcache v0.0.0-20180902122335-24332e2d58ab
	github.com/hashicorp/memberlist => github.com/grafana/memberlist v0.3.1-0.20220708130638-bd88e10a3d91
	k8s.io/api => k8s.io/api v0.25.0
	k8s.io/client-go => k8s.io/client-go v0.25.0
)
