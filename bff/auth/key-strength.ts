import { fromBase64url } from './compact-jws.ts'

/** Bits of a modulus: fewer can be factored, more cost every request too much. */
const RSA_BITS = { least: 2048, most: 8192 }
/** FIPS 186-5 §5.4: longer exponents only make verifying dear. */
const LONGEST_EXPONENT = 2n ** 256n

function primesBelow(limit: number): bigint[] {
  const primes: number[] = []
  for (let n = 2; n < limit; n++) if (primes.every((prime) => n % prime !== 0)) primes.push(n)
  return primes.map(BigInt)
}
/** A modulus has none of them for a factor (NIST SP 800-89 §5.3.3). */
const SMALL_PRIMES = primesBelow(752)

/** A number as a key says it: unsigned, the first byte weighs most. Undefined where it says none. Pure. */
function numberOf(text: unknown): bigint | undefined {
  const hex = typeof text === 'string' ? Buffer.from(text, 'base64url').toString('hex') : ''
  return hex === '' ? undefined : BigInt(`0x${hex}`)
}

/**
 * Whether an RSA key proves nothing, or costs too much to ask: below 2048 or above 8192 bits, a modulus anybody can
 * take apart, an exponent of one, even, or longer than any that is meant. Pure.
 */
export function isWeakRsa(key: { readonly n?: unknown; readonly e?: unknown }): boolean {
  const modulus = numberOf(key.n)
  const exponent = numberOf(key.e)
  if (modulus === undefined || exponent === undefined) return true
  const bits = modulus.toString(2).length
  if (bits < RSA_BITS.least || bits > RSA_BITS.most) return true
  if (exponent < 3n || exponent % 2n === 0n || exponent >= LONGEST_EXPONENT) return true
  return SMALL_PRIMES.some((prime) => modulus % prime === 0n)
}

/** 2^255 − 19, over which the curve stands. */
const FIELD = 2n ** 255n - 19n
const SIGN = 2n ** 255n
/** The other of its halves is its negative. */
const OF_ORDER_EIGHT = 0x05fc536d880238b13933c6d305acdfd5f098eff289f4c345b027b2c28f95e826n
/**
 * Second coordinates of the points of order 4, 1, 2 and 8, whatever their sign: under such a key one signature is good for
 * every text, or for one in a few (RFC 8032 §8.9 leaves them to the verifier; the list is that of libsodium).
 */
const SMALL_ORDER = [0n, 1n, FIELD - 1n, OF_ORDER_EIGHT, FIELD - OF_ORDER_EIGHT]

/**
 * Whether an Ed25519 key is a point of small order, or spelled in a way that only such points need: a coordinate that is
 * not below the field (RFC 8032 §5.1.3). Pure.
 */
export function isWeakEd25519({ x }: { readonly x?: unknown }): boolean {
  const bytes = typeof x === 'string' ? fromBase64url(x) : undefined
  // What is no point at all is somebody else's to refuse.
  if (bytes?.length !== 32) return false
  const y = BigInt(`0x${Buffer.from(bytes).reverse().toString('hex')}`) % SIGN
  return y >= FIELD || SMALL_ORDER.includes(y)
}
