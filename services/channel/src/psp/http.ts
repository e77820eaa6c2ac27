import * as http from 'node:http'
import * as https from 'node:https'

/** fetch costs three times the CPU of this, and there is one call for each payment. */
const agents = {
  'http:': new http.Agent({ keepAlive: true, maxSockets: 256 }),
  'https:': new https.Agent({ keepAlive: true, maxSockets: 256 }),
}
const MAX_ANSWER = 256 * 1024

interface Call {
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: object | undefined
  readonly signal: AbortSignal
}

/** Sends JSON, gives the whole answer as text. Rejects when no whole answer came. */
export function send(address: string, { method, headers, body, signal }: Call): Promise<{ status: number; text: string }> {
  const url = new URL(address)
  const secure = url.protocol === 'https:'
  const payload = body === undefined ? undefined : Buffer.from(JSON.stringify(body))
  const framing = payload === undefined ? {} : { 'content-type': 'application/json', 'content-length': payload.length }
  return new Promise((resolve, reject) => {
    const options = { method, signal, agent: agents[secure ? 'https:' : 'http:'], headers: { ...headers, ...framing } }
    const request = (secure ? https : http).request(url, options, (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => {
        text += chunk
        if (text.length > MAX_ANSWER) request.destroy(new Error('the answer is too long'))
      })
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }))
      response.on('error', reject)
      response.on('aborted', () => reject(new Error('the answer was cut off')))
    })
    request.on('error', reject)
    request.end(payload)
  })
}
