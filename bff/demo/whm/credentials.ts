import { timingSafeEqual } from 'node:crypto'
import { BlockList, isIP } from 'node:net'
import type { Caller } from './function.ts'
import { intersect } from './privileges.ts'
import type { ApiToken, World } from './world.ts'

/** What an `Authorization` header says, before anybody believed it. */
export interface Credentials {
  readonly kind: 'token' | 'password'
  readonly user: string
  readonly secret: string
}

/** Reads `whm USER:TOKEN` (any case; white space inside an old access hash is dropped) or `Basic`. */
export function readCredentials(header: string | undefined): Credentials | undefined {
  const found = /^\s*(whm|basic)\s+(.+)$/is.exec(header ?? '')
  const [scheme, rest] = [found?.[1]?.toLowerCase(), found?.[2]]
  if (rest === undefined) return undefined
  if (scheme === 'whm') return split('token', rest.replace(/\s+/g, ''))
  return split('password', Buffer.from(rest.trim(), 'base64').toString('utf8'))
}

function split(kind: 'token' | 'password', pair: string): Credentials | undefined {
  const colon = pair.indexOf(':')
  if (colon < 1) return undefined
  return { kind, user: pair.slice(0, colon), secret: pair.slice(colon + 1) }
}

/** Who calls; `undefined` when the credentials are not good from this address at this moment. */
export function callerOf(
  world: World,
  credentials: Credentials,
  address: string,
  now: number,
): Caller | undefined {
  const rights = rightsOf(world, credentials.user)
  if (rights === undefined) return undefined
  if (credentials.kind === 'password') {
    const password = Object.hasOwn(world.passwords, credentials.user)
      ? world.passwords[credentials.user]
      : undefined
    if (password === undefined || !equal(password, credentials.secret)) return undefined
    return caller(credentials.user, rights, rights, null)
  }
  const token = world.tokens.find((each) => usable(each, credentials, address, now))
  if (token === undefined) return undefined
  return caller(credentials.user, rights, intersect(rights, token.privileges), token.name)
}

/** The caller behind a login session of WHM that was opened. */
export function callerOfSession(world: World, user: string): Caller | undefined {
  const rights = rightsOf(world, user)
  return rights === undefined ? undefined : caller(user, rights, rights, null)
}

function caller(
  user: string,
  rights: ReadonlySet<string>,
  privileges: ReadonlySet<string>,
  token: string | null,
): Caller {
  return { user, is_root: user === 'root' || rights.has('all'), privileges, token }
}

function rightsOf(world: World, user: string): ReadonlySet<string> | undefined {
  if (user === 'root') return new Set(['all'])
  const reseller = Object.hasOwn(world.resellers, user) ? world.resellers[user] : undefined
  if (reseller === undefined || reseller.suspended !== null) return undefined
  return new Set(reseller.privileges)
}

function usable(token: ApiToken, credentials: Credentials, address: string, now: number): boolean {
  return (
    token.user === credentials.user &&
    equal(token.token, credentials.secret) &&
    (token.expires === null || token.expires > now) &&
    (token.whitelist_ips.length === 0 || listed(token.whitelist_ips, address))
  )
}

function equal(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)]
  return left.length === right.length && timingSafeEqual(left, right)
}

function listed(ranges: readonly string[], address: string): boolean {
  const plain = address.replace(/^::ffff:/, '')
  const list = new BlockList()
  for (const range of ranges) {
    const [net, bits] = range.split('/')
    const family = isIP(net ?? '')
    const type = family === 6 ? 'ipv6' : 'ipv4'
    if (net === undefined || family === 0) continue
    const most = family === 6 ? 128 : 32
    const prefix = bits === undefined ? most : Number(bits)
    if (Number.isInteger(prefix) && prefix >= 0 && prefix <= most) list.addSubnet(net, prefix, type)
  }
  return list.check(plain, isIP(plain) === 6 ? 'ipv6' : 'ipv4')
}
