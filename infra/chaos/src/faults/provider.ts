import type { Fault } from './fault.ts'
import { rows } from './rows.ts'

const moods: Readonly<Record<string, object>> = {
  'loses answers': { lostAnswerRate: 0.5 },
  slow: { latencyMs: 2500 },
  // Longer than anybody waits for it: every answer is lost, though everything is done.
  'too slow': { latencyMs: 4000 },
  declines: { successRate: 0.4 },
}
const usual = { lostAnswerRate: 0, latencyMs: 20, successRate: 0.97 }

/** The payment provider behaves badly, or is killed (its book outlives it). */
export const providerTroubled: Fault = {
  name: 'provider-troubled',
  row: rows.crashPoints,
  draw: (random, long) => ({ target: random.pick([...Object.keys(moods), 'killed']), forMs: long ? 8000 : 4000 }),
  async inject(stage, target) {
    const service = stage.service('provider')
    const behave = async (mood: object): Promise<void> => {
      const put = { method: 'PUT', headers: { 'content-type': 'application/json' }, body: JSON.stringify(mood) }
      const answer = await fetch(`${stage.provider}/v1/settings`, put)
      if (!answer.ok) throw new Error(await answer.text())
    }
    if (target === 'killed') service.kill()
    else await behave(moods[target] ?? usual)
    return async () => {
      await service.ready()
      await behave(usual)
    }
  },
}
