// A container's health check: 0 when every service in it is ready to serve.
const ports = Object.entries(process.env).flatMap(([name, port]) => (/(^|__)PORT$/.test(name) ? [port] : []))
const ready = async (port) => {
  const response = await fetch(`http://127.0.0.1:${port}/readyz`, { signal: AbortSignal.timeout(3000) }).catch(() => undefined)
  return response?.status === 200
}
process.exit((await Promise.all(ports.map(ready))).every(Boolean) ? 0 : 1)
