/** Characters an address may hold: what a browser would drop, or take for something else, is not in it. */
const PLAIN = /^https:\/\/[\x21\x23-\x3b\x3d\x3f-\x5b\x5d\x5f\x61-\x7a\x7e]{1,4088}$/

/**
 * Whether an address may be opened: a session at a server is never handed over in clear, nor where the address is written
 * so that it could be read in two ways. The BFF has made sure of the host.
 */
export function isOpenable(url: string): boolean {
  if (!PLAIN.test(url) || !URL.canParse(url)) return false
  const { protocol, username, password } = new URL(url)
  return protocol === 'https:' && username === '' && password === ''
}
