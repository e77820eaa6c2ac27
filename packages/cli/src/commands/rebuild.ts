import { refused } from '../errors.ts'
import { numberOf, objectOf, textOf } from '../json.ts'
import { type Result, tableOf } from '../output.ts'
import { Refused } from '../stack/http.ts'
import { parkingServices } from '../stack/parking.ts'
import { callAs } from '../stack/session.ts'
import { type Stack, serviceUrl } from '../stack/stack.ts'

const PAGE = 500

/** `murmur rebuild`: services tell again what they know, and who keeps projections of it takes it in. */
export async function rebuild(stack: Stack, only: string | undefined): Promise<Result> {
  const told: Record<string, number> = {}
  for (const service of parkingServices(stack, only)) {
    const count = await restate(stack, service)
    if (count !== undefined) told[service] = count
  }
  if (only !== undefined && told[only] === undefined)
    throw refused(`${only} keeps nothing of which others have a projection`, 'Without a name, all that do tell it again.')
  const table = tableOf(Object.entries(told).map(([service, count]) => [service, `${count} told again`]))
  return {
    json: { restated: told },
    text: `${table}\nWho keeps projections of it takes it in as it comes; \`murmur doctor\` shows how far.`,
  }
}

/** How much the service has told; undefined when it is no source. */
async function restate(stack: Stack, service: string): Promise<number | undefined> {
  let count = 0
  for (let after: string | undefined; ; ) {
    const query = new URLSearchParams({ limit: String(PAGE), ...(after === undefined ? {} : { after }) })
    try {
      const url = `${serviceUrl(stack, service)}/ops/restate?${query}`
      const page = objectOf((await callAs(stack, 'admin', url, { method: 'POST', timeoutMs: 120_000 })).body)
      count += numberOf(page['restated']) ?? 0
      after = textOf(page['next'])
    } catch (error) {
      if (error instanceof Refused && error.status === 404) return undefined
      throw error
    }
    if (after === undefined) return count
  }
}
