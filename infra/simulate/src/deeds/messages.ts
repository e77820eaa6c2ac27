import { dataschemaOf, type Emission } from '@murmuration/contracts'
import type { ForeignMessage } from '@murmuration/simulation'

/** An event in its envelope as anybody could write it. */
export function sealed({ event, data }: Emission, key: string, id: string): ForeignMessage {
  const headers = {
    ce_specversion: '1.0',
    ce_id: id,
    ce_type: event.type,
    ce_source: event.source,
    ce_dataschema: dataschemaOf(event),
    'content-type': 'application/json',
  }
  return { key, headers, value: Buffer.from(JSON.stringify(data)) }
}
