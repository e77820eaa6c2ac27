import { counter, histogram } from '@murmuration/telemetry'

/** Seconds from wanting a charge or refund until its outcome is known (`done`, `declined`) or given up for now (`unknown`). */
export const channelLatency = histogram('channel.latency', { description: 'Time that the provider took, its lost answers included' })

/** What came of the provider's webhooks: settled, duplicate, contradiction, unknown, unsigned, stale, not_understood. */
export const webhooks = counter('channel.webhooks', { description: 'Webhooks of the provider by what came of them', unit: '{webhook}' })
