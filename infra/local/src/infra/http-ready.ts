/** Whether a GET of the address answers with 200. */
export const okay = async (url: string): Promise<boolean> => {
  const response = await fetch(url, { signal: AbortSignal.timeout(2000) })
  await response.body?.cancel()
  return response.status === 200
}
