import { dataschemaOf, type EventKind } from '@murmuration/contracts'

/** A message's CloudEvents headers, as the services write them. */
export const headersOf = (
  event: EventKind,
  { id, sagaId, time, causationId }: { id: string; sagaId: string; time: string; causationId?: string },
) => ({
  ce_specversion: '1.0',
  ce_id: id,
  ce_type: event.type,
  ce_source: event.source,
  ce_time: time,
  ce_dataschema: dataschemaOf(event),
  'content-type': 'application/json',
  ce_sagaid: sagaId,
  ...(causationId !== undefined && { ce_causationid: causationId }),
})
