import { currentScope } from './scope.ts'
import type { SagaOfRequest } from './state.ts'

/**
 * Declares the service as the public edge: traces, baggage and saga ids that come with requests are a stranger's. Its server spans
 * become new roots, linked to a valid `traceparent` of the client, and a `saga-id` header is dropped.
 *
 * `sagaOf` names (or mints) the saga of a request before its span starts, so that the sampler can decide by it; read the id back with
 * `sagaIdOf()`. Without SDK it is never called.
 */
export const publicEdge = (sagaOf: SagaOfRequest = () => undefined): void => {
  currentScope().edge = { sagaOf }
}
