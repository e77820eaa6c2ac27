import type { Clock } from './clock.ts'
import { failure } from './failure.ts'
import type { Fate } from './fate.ts'
import type { Instance } from './instance.ts'
import { delayed, never } from './port.ts'

/**
 * One call over the network to somebody outside, who does `answer` in one piece. It may be slow, fail before or after that, or reach him twice: what
 * comes back then is a rejection, or the later answer.
 */
export type Wire = <Answer>(call: string, answer: () => Answer) => Promise<Answer>

const KINDS = {
  'request lost': 'fault',
  'answer lost': 'fault',
  'very slow': 'fault',
  'done twice': 'fault',
  'crash before': 'crash',
  'crash after': 'crash',
} as const
const VERY_SLOW_MS = 20_000

/** @param happened is told when somebody outside was reached */
export const wire =
  ({ clock, fate, instance, happened }: { clock: Clock; fate: Fate; instance: Instance; happened(): void }): Wire =>
  <Answer>(call: string, answer: () => Answer): Promise<Answer> => {
    if (!instance.alive) return never()
    const name = `${instance.service} call ${call}`
    const fault = fate.site(name, KINDS)()
    if (fault === 'crash before') {
      instance.crash(`before ${name}`)
      return never()
    }
    const reached = (): Promise<Answer> => {
      happened()
      try {
        return Promise.resolve(answer())
      } catch (error) {
        return Promise.reject(error as Error)
      }
    }
    const lost = () => Promise.reject(failure(`${name}: no answer`))
    const [there, back] = [fate.delays(`${name} request`)(), fate.delays(`${name} answer`)()]
    switch (fault) {
      case 'request lost':
        return instance.answer(lost(), there + back)
      case 'answer lost':
        return instance.answer(delayed(clock, there, reached).then(lost), back)
      case 'very slow':
        return instance.answer(delayed(clock, VERY_SLOW_MS, reached), back)
      case 'done twice':
        return instance.answer(
          delayed(clock, there, reached).then(() => delayed(clock, back, reached)),
          0,
        )
      case 'crash after':
        return delayed(clock, there, reached).then(() => {
          instance.crash(`after ${name}`)
          return never()
        })
      case undefined:
        return instance.answer(delayed(clock, there, reached), back)
    }
  }
