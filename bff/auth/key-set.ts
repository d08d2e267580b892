import { createPublicKey } from 'node:crypto'
import type { JSONWebKeySet } from 'jose'
import { z } from 'zod'
import { isAlgorithm } from './algorithms.ts'
import { isWeakEd25519, isWeakRsa } from './key-strength.ts'

const jwksSchema = z.object({ keys: z.array(z.record(z.string(), z.unknown())).max(50) })

/** A key set that is no key set, or holds keys nobody may publish, or none we could use. */
export class KeysInvalid extends Error {
  readonly code = 'keys_invalid'
  override readonly name = 'KeysInvalid'
}

/** Why a key of a set is not used. */
export type KeyFlaw =
  /** It holds its private half: whoever read it can sign with it. */
  | 'private'
  /** A shared secret; everybody who reads the set has it. */
  | 'symmetric'
  /** A kind or a curve we do not verify with (RFC 7517 §5: to be ignored). */
  | 'kind_unknown'
  /** RSA below 2048 or above 8192 bits or with a modulus or exponent that proves nothing; Ed25519 of small order. */
  | 'too_weak'
  /** Meant for something else, by `use`, `key_ops` or `alg`. */
  | 'not_for_signatures'
  | 'malformed'

/** A set with what of it may be used. */
export interface KeySet {
  readonly usable: JSONWebKeySet
  readonly flaws: readonly KeyFlaw[]
}

type Jwk = Readonly<Record<string, unknown>>

const PRIVATE_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth']
/** Algorithms of each kind of key, by `kty`, or `kty` and `crv`. */
const SPEAKS: Readonly<Record<string, RegExp>> = {
  RSA: /^[RP]S\d/,
  'EC P-256': /^ES256$/,
  'EC P-384': /^ES384$/,
  'EC P-521': /^ES512$/,
  'OKP Ed25519': /^EdDSA$/,
}

function isForSignatures({ use, key_ops, alg }: Jwk, speaks: RegExp): boolean {
  if (use !== undefined && use !== 'sig') return false
  if (key_ops !== undefined && !(Array.isArray(key_ops) && key_ops.includes('verify'))) return false
  return alg === undefined || (typeof alg === 'string' && isAlgorithm(alg) && speaks.test(alg))
}

function materialFlaw(key: Jwk): KeyFlaw | undefined {
  try {
    // Throws for what is no key of its kind: a point beside its curve, members that are missing.
    createPublicKey({ key: { ...key }, format: 'jwk' })
  } catch {
    return 'malformed'
  }
  const isWeak = key.kty === 'RSA' ? isWeakRsa(key) : key.kty === 'OKP' && isWeakEd25519(key)
  return isWeak ? 'too_weak' : undefined
}

function flawOf(key: Jwk): KeyFlaw | undefined {
  const { kty, crv, kid } = key
  if (kty === 'oct' || 'k' in key) return 'symmetric'
  if (PRIVATE_MEMBERS.some((member) => member in key)) return 'private'
  const speaks = SPEAKS[kty === 'RSA' ? 'RSA' : `${String(kty)} ${String(crv)}`]
  if (speaks === undefined) return 'kind_unknown'
  if (kid !== undefined && typeof kid !== 'string') return 'malformed'
  if (!isForSignatures(key, speaks)) return 'not_for_signatures'
  return materialFlaw(key)
}

/**
 * Reads a set as an issuer publishes it: keys that may not or cannot be used are left out, one by one (RFC 7517 §5). A
 * set without keys is one: its issuer has withdrawn them. Pure.
 *
 * @throws {KeysInvalid} it is no key set
 */
export function readKeySet(value: unknown): KeySet {
  const parsed = jwksSchema.safeParse(value)
  if (!parsed.success) throw new KeysInvalid('not a JSON Web Key Set')
  const judged = parsed.data.keys.map((key) => ({ key, flaw: flawOf(key) }))
  const usable = judged.filter(({ flaw }) => flaw === undefined).map(({ key }) => key)
  return {
    // Judged just now: each has a kind we know and the members of it.
    usable: { keys: usable as unknown as JSONWebKeySet['keys'] },
    flaws: judged.flatMap(({ flaw }) => flaw ?? []),
  }
}

/**
 * Checks a set an operator hands in: nothing secret in it, and a key we can use. Pure.
 *
 * @throws {KeysInvalid}
 */
export function parseKeySet(value: unknown): JSONWebKeySet {
  const { usable, flaws } = readKeySet(value)
  if (flaws.includes('private') || flaws.includes('symmetric'))
    throw new KeysInvalid('a key set must hold public keys only')
  if (usable.keys.length === 0) throw new KeysInvalid('it holds no key that can be used')
  return usable
}
