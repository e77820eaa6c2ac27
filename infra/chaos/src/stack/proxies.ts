import { join } from 'node:path'
import { cacheFolder, goProgram, launch, type Report, stackFolder, waitUntil } from '@murmuration/local'

/** What a proxy does to the connections through it; attributes as toxiproxy has them (times in ms, rates in KB/s). */
export interface Toxic {
  readonly type: 'latency' | 'bandwidth' | 'timeout' | 'reset_peer' | 'slow_close'
  /** Downstream: what the server answers. */
  readonly stream: 'upstream' | 'downstream'
  readonly attributes: Readonly<Record<string, number>>
}

export interface Proxy {
  readonly name: string
  /** host:port */
  readonly listen: string
  readonly upstream: string
}

/** The network between our processes and their servers. */
export interface Proxies {
  poison(proxy: string, toxic: Toxic): Promise<void>
  /** All connections break, and none can be made. */
  cut(proxy: string): Promise<void>
  /** Free again. Connections break once, as bytes that were held back or thrown away would leave half an answer in them. */
  restore(proxy: string): Promise<void>
}

const sources = join(import.meta.dirname, '..', '..', 'toxiproxy')

export async function startProxies(list: readonly Proxy[], port: number, report: Report): Promise<Proxies> {
  const about = { name: 'toxiproxy-2.5.0', binary: 'toxiproxy', sources, program: 'github.com/Shopify/toxiproxy/v2/cmd/server' }
  const program = await goProgram(cacheFolder(), about, (text) => report.note('toxiproxy', text))
  const stack = stackFolder('test')
  await launch({
    stack,
    name: 'toxiproxy',
    kind: 'infra',
    command: program,
    args: ['-host', '127.0.0.1', '-port', String(port)],
    cwd: stack,
    env: { ...process.env, LOG_LEVEL: 'error' },
    logFile: join(stack, 'logs', 'toxiproxy.log'),
    graceMs: 1000,
  })
  const ask = async (method: string, path: string, body?: object): Promise<string> => {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
      method,
      ...(body !== undefined && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
      signal: AbortSignal.timeout(5000),
    })
    const text = await answer.text()
    // 409 and 404: a toxic that is there already, or gone already.
    if (!answer.ok && answer.status !== 409 && answer.status !== 404) throw new Error(`toxiproxy: ${method} ${path}: ${text}`)
    return text
  }
  await waitUntil(
    () =>
      ask('GET', '/version').then(
        () => true,
        () => false,
      ),
    { what: 'toxiproxy', timeoutMs: 10_000 },
  )
  await ask('POST', '/populate', [...list])
  return {
    async poison(proxy, { type, stream, attributes }) {
      await ask('POST', `/proxies/${proxy}/toxics`, { name: `${type}_${stream}`, type, stream, attributes })
    },
    async cut(proxy) {
      await ask('POST', `/proxies/${proxy}`, { enabled: false })
    },
    async restore(proxy) {
      await ask('POST', `/proxies/${proxy}`, { enabled: false })
      // What is there by its own word: several troubles may have met on one line.
      const toxics = JSON.parse(await ask('GET', `/proxies/${proxy}/toxics`)) as { name: string }[]
      for (const { name } of toxics) await ask('DELETE', `/proxies/${proxy}/toxics/${name}`)
      await ask('POST', `/proxies/${proxy}`, { enabled: true })
    },
  }
}
