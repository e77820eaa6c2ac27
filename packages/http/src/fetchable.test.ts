import { expect, it } from 'vitest'
import { isFetchable, isFetchableUrl } from './fetchable.ts'

/** Asks Node's own fetch, without a connection: what passes its check of the port ends here. */
async function isRefused(port: number): Promise<boolean> {
  const dispatcher = {
    dispatch() {
      throw new Error('would connect')
    },
  }
  const error: unknown = await fetch(`http://127.0.0.1:${port}/`, { dispatcher } as unknown as RequestInit).catch(
    (thrown: unknown) => thrown,
  )
  return String((error as Error).cause).includes('bad port')
}

it('is what fetch connects to, port by port', async () => {
  const differing: number[] = []
  for (let port = 1; port <= 11_000; port++) if ((await isRefused(port)) === isFetchable(port)) differing.push(port)
  expect(differing).toEqual([])
})

it('goes by an address’s port', () => {
  expect(['http://127.0.0.1:10080', 'http://[::1]:6000/x', 'https://a:1'].map(isFetchableUrl)).toEqual([false, false, false])
  expect(['http://127.0.0.1:8080', 'http://a', 'postgresql://a:6000/b', 'nonsense'].map(isFetchableUrl)).toEqual([true, true, true, true])
})
