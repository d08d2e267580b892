import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { bearerOf, HEADER_LIMIT } from '../../../bff/auth/bearer.ts'

const reasonOf = (authorization: string | undefined, in_query = false) => {
  const answer = bearerOf({ authorization, in_query })
  return answer.ok ? `token ${answer.token}` : answer.fault.reason
}

describe('an Authorization header', () => {
  it('with a bearer token gives the token', () =>
    assert.equal(reasonOf('Bearer a.b-c_d'), 'token a.b-c_d'))
  it('may write the scheme as it likes', () => assert.equal(reasonOf('bEARER a.b'), 'token a.b'))
  it('may have several spaces before the token', () =>
    assert.equal(reasonOf('Bearer   a.b'), 'token a.b'))

  for (const nothing of [undefined, ''])
    it(`that is ${JSON.stringify(nothing)} brings no token`, () =>
      assert.equal(reasonOf(nothing), 'no_token'))
  for (const scheme of [
    'Basic YTpi',
    'DPoP a.b.c',
    'Digest username="a", realm="b"',
    'Negotiate',
    'BearerX a.b.c',
  ])
    it(`of a scheme we do not speak is as if there were none: ${scheme}`, () =>
      assert.equal(reasonOf(scheme), 'no_token'))

  const malformed: readonly string[] = [
    'Bearer',
    'Bearer ',
    'Bearer a b',
    'Bearer a.b.c, Bearer d.e.f',
    'Bearer a.b.c,Bearer d.e.f',
    'Basic YTpi, Bearer a.b.c',
    'Bearer a.b.c, Basic YTpi',
    'Bearer "a.b.c"',
    'Bearer a.b.c;x=1',
    'Bearer a.b.c=d',
    'Bearer token=a.b.c',
    'Bearer\ta.b.c',
    ' Bearer a.b.c',
    'Bearer a.b.c ',
    'Bearer a.b.cé',
    'Bearer a.b.c\u0000',
    ': a.b.c',
  ]
  for (const header of malformed)
    it(`that is not well formed is an invalid request: ${JSON.stringify(header)}`, () =>
      assert.equal(reasonOf(header), 'header_malformed'))

  it('as long as it may be is read', () =>
    assert.match(reasonOf(`Bearer ${'a'.repeat(HEADER_LIMIT - 7)}`), /^token a/))
  it('one character longer is not even parsed', () =>
    assert.equal(reasonOf(`Bearer ${'a'.repeat(HEADER_LIMIT - 6)}`), 'header_too_long'))
})

describe('a token in the query', () => {
  it('is an invalid request', () => assert.equal(reasonOf(undefined, true), 'token_in_query'))
  it('is one beside a good header too', () =>
    assert.equal(reasonOf('Bearer a.b.c', true), 'token_in_query'))
})
