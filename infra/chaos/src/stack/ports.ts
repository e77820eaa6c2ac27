import { freePort } from '@murmuration/local'
import { serviceOf, services, withDatabase } from './processes.ts'

/** The ports of one process's own way to the broker (a listener and a proxy before it) and to the database. */
export interface Way {
  readonly process: string
  readonly listener: number
  readonly kafka: number
  /** Undefined for one without a database. */
  readonly postgres?: number
}

// Below the range from which systems give out ports to clients: a listener must be free to come back.
const firstPort = 23_000

export async function chooseWays(): Promise<{ ways: Way[]; api: number }> {
  let next = firstPort
  const port = (): Promise<number> => freePort(next++)
  const ways: Way[] = []
  for (const process of services) {
    const way = { process, listener: await port(), kafka: await port() }
    ways.push(withDatabase.includes(serviceOf(process)) ? { ...way, postgres: await port() } : way)
  }
  return { ways, api: await port() }
}
