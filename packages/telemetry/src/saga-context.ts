import { type Context, context, createContextKey, propagation } from '@opentelemetry/api'
import { BAGGAGE_KEYS, type BaggageKey } from './conventions.ts'

const SAGA_ID = createContextKey('murmuration saga id')

/** A context that carries the saga id, which every span and log line started in it shows. `ctx` is the active one by default. */
export const withSaga = (sagaId: string, ctx: Context = context.active()): Context => ctx.setValue(SAGA_ID, sagaId)

/** The saga id that a context carries. */
export const sagaIdOf = (ctx: Context = context.active()): string | undefined => {
  const id = ctx.getValue(SAGA_ID)
  return typeof id === 'string' ? id : undefined
}

/** A context with these baggage entries added to those it has; they reach every later span and event of the flow. */
export const withBaggage = (entries: { [Key in BaggageKey]?: string | undefined }, ctx: Context = context.active()): Context => {
  let baggage = propagation.getBaggage(ctx) ?? propagation.createBaggage()
  for (const key of BAGGAGE_KEYS) {
    const value = entries[key]
    if (value !== undefined) baggage = baggage.setEntry(key, { value })
  }
  return propagation.setBaggage(ctx, baggage)
}
