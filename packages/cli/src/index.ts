/** What others than the command line use: a saga's story from its traces, for whole-saga tests. */
export { type Brokers, withAdmin } from './kafka/client.ts'
export { readTopics, type StoredMessage } from './kafka/read.ts'
export { type LoadedMap, loadMap } from './map/load.ts'
export { type Collected, type CollectOptions, collectStory } from './trace/collect.ts'
export { triggerOf } from './trace/compensation.ts'
export {
  endMs,
  eventTypeOf,
  isProcess,
  isSend,
  keyOf,
  outcomeOf,
  reasonOf,
  type Span,
  type SpanRef,
  sagaOf,
  timerOf,
} from './trace/span.ts'
export { hasEnded, type Orphan, type Story, storyOf, type Traces } from './trace/story.ts'
export { type TraceStore, tempo } from './trace/tempo.ts'
