import type { Fault } from './fault.ts'
import { rows } from './rows.ts'

/** Killed for a while, or hung: it takes connections and never answers. */
export const tempoTroubled: Fault = {
  name: 'tempo-troubled',
  row: rows.tempo,
  draw: (random, long) => ({ target: random.pick(['killed', 'hung']), forMs: long ? 10_000 : 5000 }),
  async inject(stage, target) {
    const pid = await stage.servers.signal('tempo', target === 'killed' ? 'SIGKILL' : 'SIGSTOP')
    if (target === 'killed') return stage.servers.bringBack
    return () => Promise.resolve(void process.kill(pid, 'SIGCONT'))
  },
}
