import { serviceOf, services, withDatabase } from '../stack/processes.ts'
import type { Proxies, Toxic } from '../stack/proxies.ts'
import type { Fault } from './fault.ts'
import { rows } from './rows.ts'

const both = (toxic: Omit<Toxic, 'stream'>): Toxic[] => (['upstream', 'downstream'] as const).map((stream) => ({ ...toxic, stream }))

/** What a line can suffer. Not toxiproxy's `bandwidth`: 2.5 does not answer its own API while such a line is full. */
const ills: Readonly<Record<string, (proxies: Proxies, line: string) => Promise<void>>> = {
  cut: (proxies, line) => proxies.cut(line),
  // The request arrives, its answer does not: nobody knows whether it was done.
  deaf: (proxies, line) => proxies.poison(line, { type: 'timeout', stream: 'downstream', attributes: { timeout: 0 } }),
  mute: (proxies, line) => proxies.poison(line, { type: 'timeout', stream: 'upstream', attributes: { timeout: 0 } }),
  slow: (proxies, line) => poisonAll(proxies, line, both({ type: 'latency', attributes: { latency: 250, jitter: 200 } })),
  reset: (proxies, line) => proxies.poison(line, { type: 'reset_peer', stream: 'downstream', attributes: { timeout: 200 } }),
  'slow-close': (proxies, line) => poisonAll(proxies, line, both({ type: 'slow_close', attributes: { delay: 3000 } })),
}

const poisonAll = async (proxies: Proxies, line: string, toxics: readonly Toxic[]): Promise<void> => {
  for (const toxic of toxics) await proxies.poison(line, toxic)
}

/** The target is `<process or all> <ill>`. */
const onLinesTo = (name: string, server: string, processes: readonly string[]): Fault => ({
  name,
  row: rows.network,
  draw: (random, long) => ({
    target: `${random.chance(0.3) ? 'all' : random.pick(processes)} ${random.pick(Object.keys(ills))}`,
    forMs: long ? random.between(5000, 15_000) : random.between(3000, 5000),
  }),
  async inject({ proxies }, target) {
    const [process = '', ill = ''] = target.split(' ')
    const lines = (process === 'all' ? processes : [process]).map((each) => `${server}.${each}`)
    for (const line of lines) await ills[ill]?.(proxies, line)
    return async () => {
      for (const line of lines) await proxies.restore(line)
    }
  },
})

export const brokerNetwork = onLinesTo('broker-network', 'kafka', services)
export const databaseNetwork = onLinesTo(
  'database-network',
  'postgres',
  services.filter((process) => withDatabase.includes(serviceOf(process))),
)
