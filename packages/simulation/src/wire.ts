import type { Awaitable } from '@murmuration/choreography/ports'
import { failure } from './failure.ts'
import type { Fate } from './fate.ts'
import type { Instance } from './instance.ts'
import { never } from './port.ts'

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
export function wire({ fate, instance, happened }: { fate: Fate; instance: Instance; happened(): void }): Wire {
  const placeOf = (call: string) => {
    const name = `${instance.service} call ${call}`
    return { name, strikes: fate.site(name, KINDS), request: fate.delays(`${name} request`), response: fate.delays(`${name} answer`) }
  }
  const places = new Map<string, ReturnType<typeof placeOf>>()
  return async <Answer>(call: string, answer: () => Answer): Promise<Answer> => {
    if (!instance.alive) return never()
    let place = places.get(call)
    if (place === undefined) {
      place = placeOf(call)
      places.set(call, place)
    }
    const { name, strikes, request, response } = place
    const fault = strikes()
    if (fault === 'crash before') {
      instance.crash(`before ${name}`)
      return never()
    }
    const reached = (): Answer => {
      happened()
      return answer()
    }
    const lost = () => Promise.reject(failure(`${name}: no answer`))
    const [there, back] = [request(), response()]
    /** What becomes of it when he has done it. */
    const reachedAnd = (then: () => Awaitable<Answer>) => () => {
      reached()
      return then()
    }
    const died = () => {
      instance.crash(`after ${name}`)
      return never<Answer>()
    }
    switch (fault) {
      case 'request lost':
        return instance.answer(lost(), there + back)
      case 'answer lost':
        return instance.call(there, reachedAnd(lost), back)
      case 'very slow':
        return instance.call(VERY_SLOW_MS, reached, back)
      case 'done twice': {
        const again = () => instance.call(back, reached, 0)
        return instance.call(there, reachedAnd(again), 0)
      }
      case 'crash after':
        return instance.call(there, reachedAnd(died), 0)
      case undefined:
        return instance.call(there, reached, back)
    }
  }
}
