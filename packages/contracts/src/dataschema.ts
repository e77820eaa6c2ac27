/** Which schema a message's data follows. */
export interface DataSchema {
  readonly service: string
  readonly type: string
  readonly version: number
}

const uri = /^urn:murmuration:schema:(?<service>[a-z][a-z-]{0,63})\/(?<type>[A-Z][A-Za-z0-9]{0,99})\.v(?<version>[1-9]\d{0,5})$/

/** The `ce_dataschema` of an event's newest version: `urn:murmuration:schema:order/OrderPlaced.v1`. */
export const dataschemaOf = ({
  source,
  type,
  version,
}: {
  readonly source: string
  readonly type: string
  readonly version: number
}): string => `urn:murmuration:schema:${source}/${type}.v${version}`

/** Reads a `ce_dataschema`; undefined when it is not one of ours. */
export function parseDataschema(text: string): DataSchema | undefined {
  const { service, type, version } = uri.exec(text)?.groups ?? {}
  return service === undefined || type === undefined ? undefined : { service, type, version: Number(version) }
}
