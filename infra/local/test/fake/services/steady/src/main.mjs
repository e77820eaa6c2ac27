// A service as the launcher sees one: it listens on PORT, says that it is ready, and ends on SIGTERM.
import { createServer } from 'node:http'

const server = createServer((_request, response) => {
  response.setHeader('content-type', 'application/json')
  response.end(JSON.stringify({ pid: process.pid, env: process.env }))
})
server.listen(Number(process.env.PORT), '127.0.0.1', () => {
  process.stdout.write(`${JSON.stringify({ msg: 'ready', url: `http://127.0.0.1:${server.address().port}` })}\n`)
})
process.on('SIGTERM', () => {
  process.stdout.write('{"msg":"bye"}\n')
  process.exit(0)
})
