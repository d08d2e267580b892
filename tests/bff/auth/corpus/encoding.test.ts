import assert from 'node:assert/strict'
import { before, describe, it } from 'node:test'
import { deflateRawSync } from 'node:zlib'
import fc from 'fast-check'
import { fromBase64url, parseCompactJws } from '../../../../bff/auth/compact-jws.ts'
import { type Brand, b64, goodClaims, openBrand, signature } from '../brand.ts'

let brand: Brand
let good: string
before(() => {
  brand = openBrand()
  good = brand.token()
})

const parts = () => {
  const [header = '', payload = '', signature = ''] = good.split('.')
  return { header, payload, signature }
}
const claims = JSON.stringify(goodClaims)
const head = () => JSON.stringify(brand.header('ES256'))

describe('a good token', () => {
  it('is granted, or nothing below proves anything', async () =>
    assert.equal(await brand.answer(good), 'granted'))
})

describe('a token in the wrong shape', () => {
  const shapes: readonly [string, () => string][] = [
    ['nothing', () => '..'],
    ['one part', () => parts().header],
    ['two parts', () => `${parts().header}.${parts().payload}`],
    ['no signature', () => `${parts().header}.${parts().payload}.`],
    ['no payload', () => `${parts().header}..${parts().signature}`],
    ['no header', () => `.${parts().payload}.${parts().signature}`],
    ['a dot before', () => `.${good}`],
    ['a dot behind', () => `${good}.`],
    ['four parts', () => `${good}.${parts().signature}`],
    ['five parts, as encrypted ones have', () => `${good}.x.y`],
    ['a dot doubled', () => good.replace('.', '..')],
    ['parts changed round', () => `${parts().payload}.${parts().header}.${parts().signature}`],
    ['cut at its end', () => good.slice(0, -1)],
    ['cut in its middle', () => good.slice(0, good.length / 2)],
    ['with a byte behind', () => `${good}A`],
    ['with a line break behind, encoded', () => `${good}%0A`],
    [
      'the payload twice',
      () => `${parts().header}.${parts().payload}${parts().payload}.${parts().signature}`,
    ],
    [
      'in JSON serialisation',
      () =>
        b64(
          JSON.stringify({
            payload: parts().payload,
            signatures: [{ protected: parts().header, signature: parts().signature }],
          }),
        ),
    ],
    ['a token inside a token', () => `${parts().header}.${b64(good)}.${parts().signature}`],
    [
      'in another alphabet',
      () => good.replaceAll('-', '+').replaceAll('_', '/').replace(/$/, '+/'),
    ],
    ['with padding', () => `${parts().header}=.${parts().payload}=.${parts().signature}=`],
  ]
  for (const [what, make] of shapes)
    it(`is refused: ${what}`, async () => assert.notEqual(await brand.answer(make()), 'granted'))
})

describe('bits left over at the end of a part', () => {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  for (const at of [0, 1, 2])
    it(`make another token of no part: ${at}`, async () => {
      const all = good.split('.')
      const part = all[at] ?? ''
      const last = alphabet.indexOf(part.at(-1) ?? '')
      for (const other of alphabet) {
        if (other === alphabet[last]) continue
        const changed = all.with(at, part.slice(0, -1) + other).join('.')
        assert.notEqual(await brand.answer(changed), 'granted', other)
      }
    })
  it('are seen by the reader of base64url itself', () => {
    const bytes = Buffer.from('a')
    const text = bytes.toString('base64url')
    assert.deepEqual(
      [fromBase64url(text)?.length, fromBase64url(`${text.slice(0, -1)}R`)],
      [1, undefined],
    )
  })
})

describe('text that two readers could take differently, under a good signature', () => {
  const payloads: readonly [string, string][] = [
    ['a claim twice', claims.replace('{', '{"sub":"eve",')],
    ['the audience twice', claims.replace('{', '{"aud":"https://evil.example",')],
    ['the issuer twice', claims.replace('{', '{"iss":"https://evil.example",')],
    ['the role twice, spelled with an escape', claims.replace('{', '{"\\u0072ole":"client",')],
    ['a claim twice deep inside', claims.replace('{', '{"act":{"sub":"a","sub":"b"},')],
    ['a claim twice in what we do not read', claims.replace('{', '{"x":[{"y":1,"y":2}],')],
    ['a byte order mark', `\ufeff${claims}`],
    ['a byte behind', `${claims}x`],
    ['a zero byte behind', `${claims}\u0000`],
    ['two objects', `${claims}${claims}`],
    ['a comment', claims.replace('{', '{/* */')],
    ['single quotes', claims.replaceAll('"', "'")],
    ['a comma too many', claims.replace(/}$/, ',}')],
    ['an array', `[${claims}]`],
    ['a string', JSON.stringify(claims)],
    ['null', 'null'],
    ['nothing', ''],
    ['nesting without end', `{"x":${'['.repeat(2000)}${']'.repeat(2000)}}`],
    ['nesting a little too deep', claims.replace('{', `{"x":${'['.repeat(8)}${']'.repeat(8)},`)],
    ['half a character', claims.replace('ann', '\\ud800')],
    ['a control character', claims.replace('ann', 'ann\u0001')],
    ['a zero in a name', claims.replace('ann', 'ann\\u0000')],
  ]
  for (const [what, payload] of payloads)
    it(`is refused: ${what}`, async () =>
      assert.equal(await brand.answer(brand.signRaw(head(), payload)), 'invalid_token'))

  const headers: readonly [string, () => string][] = [
    ['alg twice', () => head().replace('{', '{"alg":"none",')],
    ['alg twice, spelled with an escape', () => head().replace('{', '{"\\u0061lg":"none",')],
    ['kid twice', () => head().replace('{', '{"kid":"x",')],
    ['typ twice', () => head().replace(/}$/, ',"typ":"JWT"}')],
    ['a byte order mark', () => `\ufeff${head()}`],
    ['a byte behind', () => `${head()}x`],
    ['an array', () => `[${head()}]`],
    ['nesting without end', () => `{"x":${'['.repeat(2000)}${']'.repeat(2000)}}`],
  ]
  for (const [what, header] of headers)
    it(`is refused in the header: ${what}`, async () =>
      assert.equal(await brand.answer(brand.signRaw(header(), claims)), 'invalid_token'))

  it('is refused as anything but UTF-8', async () => {
    const bytes = Buffer.from(claims.replace('ann', 'ann\u00ff'), 'latin1')
    const text = `${b64(head())}.${b64(bytes)}.AAAA`
    assert.equal(await brand.reason(text), 'not_strict_json payload not_utf8')
  })
  it('is read alike when escapes say the same', async () => {
    const escaped = claims.replace('"role"', '"\\u0072ole"').replace('ann', '\\u0061nn')
    assert.equal(await brand.answer(brand.signRaw(head(), escaped)), 'granted')
  })
})

describe('a payload that is something else under a good signature', () => {
  it('is refused: compressed, and the header says so', async () => {
    const header = { ...brand.header('ES256'), zip: 'DEF' }
    const text = `${b64(JSON.stringify(header))}.${b64(deflateRawSync(claims))}`
    const token = `${text}.${b64(signature('ES256', brand.key('ES256').privateKey, text))}`
    assert.equal(await brand.reason(token), 'not_strict_json payload not_utf8')
  })
  it('is refused: a whole token, and the header says so', async () => {
    const header = JSON.stringify({ ...brand.header('ES256'), cty: 'JWT' })
    assert.equal(
      await brand.reason(brand.signRaw(header, good)),
      'not_strict_json payload not_json',
    )
  })
  it('is refused: unencoded, as RFC 7797 has it', async () => {
    const text = `${b64(head())}.${claims}`
    const token = `${text}.${b64(signature('ES256', brand.key('ES256').privateKey, text))}`
    assert.notEqual(await brand.answer(token), 'granted')
  })
})

describe('white space about a token', () => {
  for (const space of ['\n', '\r\n', '\t', ' ', '\u00a0', '\ufeff', '\u0000', '%20', '='])
    it(`is part of none: ${JSON.stringify(space)}`, async () => {
      const [a = '', b = '', c = ''] = good.split('.')
      for (const text of [
        `${space}${good}`,
        `${good}${space}`,
        `${a}${space}.${b}.${c}`,
        `${a}.${space}${b}.${c}`,
        `${a}.${b}${space}.${c}`,
      ]) {
        assert.equal(parseCompactJws(text).ok, false, JSON.stringify(text.slice(-5)))
        if (!(space === ' ' && text.startsWith(' ')))
          assert.notEqual(await brand.answer(text), 'granted')
      }
    })
})

describe('a token of any size', () => {
  it('is granted while it fits into a header', async () =>
    assert.equal(await brand.answer(brand.token({ x: 'y'.repeat(4000) })), 'granted'))
  it('is not even parsed when it does not', async () =>
    assert.equal(await brand.answer(brand.token({ x: 'y'.repeat(9000) })), 'invalid_request'))
})

describe('any change to a good token', () => {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~+/='
  const character = fc.constantFrom(...alphabet)
  const at = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })

  it('of one character is refused', async () => {
    await fc.assert(
      fc.asyncProperty(at, character, async (place, other) => {
        const i = Math.floor(place * good.length)
        fc.pre(good[i] !== other)
        const changed = good.slice(0, i) + other + good.slice(i + 1)
        return (await brand.answer(changed)) !== 'granted'
      }),
      { numRuns: 400 },
    )
  })
  it('by a character more is refused', async () => {
    await fc.assert(
      fc.asyncProperty(at, character, async (place, other) => {
        const i = Math.floor(place * (good.length + 1))
        const changed = good.slice(0, i) + other + good.slice(i)
        return changed === good || (await brand.answer(changed)) !== 'granted'
      }),
      { numRuns: 400 },
    )
  })
  it('by a character less is refused', async () => {
    await fc.assert(
      fc.asyncProperty(at, async (place) => {
        const i = Math.floor(place * good.length)
        return (await brand.answer(good.slice(0, i) + good.slice(i + 1))) !== 'granted'
      }),
      { numRuns: 200 },
    )
  })
  it('by parts of another good token is refused', async () => {
    const other = brand.token({ sub: 'eve', jti: 'two' })
    const [a, b] = [good.split('.'), other.split('.')]
    for (const from of ['011', '010', '001', '110', '100', '101']) {
      const mixed = [...from].map((which, i) => (which === '0' ? a : b)[i] ?? '').join('.')
      // The headers are the same, so taking only that from the other changes nothing.
      const isSame = mixed === good || mixed === other
      assert.equal(await brand.answer(mixed), isSame ? 'granted' : 'invalid_token', from)
    }
  })
})

describe('anything at all', () => {
  it('is answered by the parser, never thrown at', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
        parseCompactJws(text)
      }),
      { numRuns: 500 },
    )
  })
  it('in three parts is answered by the parser, never thrown at', () => {
    const part = fc.uint8Array({ maxLength: 60 }).map((bytes) => b64(bytes))
    fc.assert(
      fc.property(part, part, part, (...three) => {
        parseCompactJws(three.join('.'))
      }),
      { numRuns: 500 },
    )
  })
  it('that somebody else wrote as claims is refused or granted, never thrown at', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...Object.keys(goodClaims), 'nbf', 'act', 'service', 'origins', 'acr'),
        fc.jsonValue({ maxDepth: 3 }),
        async (claim, value) => {
          const told = await brand.answer(brand.token({ [claim]: value }))
          return told === 'granted' || told === 'invalid_token'
        },
      ),
      { numRuns: 300 },
    )
  })
  it('that somebody else wrote as a header is refused or granted, never thrown at', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(
          'alg',
          'typ',
          'kid',
          'jwk',
          'jku',
          'x5u',
          'x5c',
          'zip',
          'cty',
          'enc',
          'epk',
        ),
        fc.jsonValue({ maxDepth: 3 }),
        async (member, value) => {
          const told = await brand.answer(brand.token({}, { [member]: value }))
          return told === 'granted' || told === 'invalid_token'
        },
      ),
      { numRuns: 300 },
    )
  })
})
