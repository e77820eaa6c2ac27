import { join } from 'node:path'
import { cacheFolder, endProcess, goProgram, type Launched, launch, type Report, stackFolder, waitUntil } from '@murmuration/local'

/** What a proxy does to the connections through it; attributes as toxiproxy has them (times in ms). */
export interface Toxic {
  readonly type: 'latency' | 'timeout' | 'reset_peer' | 'slow_close'
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
  const start = async (): Promise<Launched> => {
    const launched = await launch({
      stack,
      name: 'toxiproxy',
      kind: 'infra',
      command: program,
      args: ['-host', '127.0.0.1', '-port', String(port)],
      cwd: stack,
      env: { ...process.env, LOG_LEVEL: 'fatal' },
      logFile: join(stack, 'logs', 'toxiproxy.log'),
      graceMs: 1000,
    })
    await waitUntil(() => ask('GET', '/version').then(...yesOrNo), { what: 'toxiproxy', timeoutMs: 30_000 })
    await ask('POST', '/populate', [...list])
    return launched
  }
  const ask = async (method: string, path: string, body?: object): Promise<void> => {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
      method,
      ...(body !== undefined && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
      signal: AbortSignal.timeout(10_000),
    })
    const text = await answer.text()
    // 409: a toxic that is there already, as several troubles may meet on one line.
    if (!answer.ok && answer.status !== 409) throw new Error(`toxiproxy: ${method} ${path}: ${text}`)
  }
  let running = await start()
  let turn: Promise<unknown> = Promise.resolve()
  /** One after the other; toxiproxy is started anew when it hangs, as it does when a toxic meets a connection that is just being closed. */
  const change = (steps: () => Promise<void>): Promise<void> => {
    const mine = turn.then(async () => {
      try {
        await steps()
      } catch {
        await endProcess(stack, running.record)
        running = await start()
        await steps()
      }
    })
    turn = mine.catch(() => undefined)
    return mine
  }
  return {
    poison: (proxy, { type, stream, attributes }) =>
      change(() => ask('POST', `/proxies/${proxy}/toxics`, { name: `${type}_${stream}`, type, stream, attributes })),
    cut: (proxy) => change(() => ask('POST', `/proxies/${proxy}`, { enabled: false })),
    // Not its toxics one by one: toxiproxy 2.5 hangs when it takes one away from a connection that is being closed.
    restore: (proxy) =>
      change(async () => {
        await ask('DELETE', `/proxies/${proxy}`)
        await ask(
          'POST',
          '/proxies',
          list.find(({ name }) => name === proxy),
        )
      }),
  }
}

const yesOrNo = [() => true, () => false] as const
