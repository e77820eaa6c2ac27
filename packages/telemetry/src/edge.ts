import { type SagaOfRequest, shared } from './state.ts'

/**
 * Declares this process as the public edge: traces, baggage and saga ids that come with requests are a stranger's. Its server spans
 * become new roots, linked to a valid `traceparent` of the client, and a `saga-id` header is dropped.
 *
 * `sagaOf` names (or mints) the saga of a request before its span starts, so that the sampler can decide by it; read the id back with
 * `sagaIdOf()`. Without SDK it is never called.
 */
export const publicEdge = (sagaOf: SagaOfRequest = () => undefined): void => {
  shared.edge = { sagaOf }
}
