// A container's health check: 0 when the service in it is ready to serve.
const response = await fetch(`http://127.0.0.1:${process.env.PORT}/readyz`, { signal: AbortSignal.timeout(3000) }).catch(() => undefined)
process.exit(response?.status === 200 ? 0 : 1)
