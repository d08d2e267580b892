import assert from 'node:assert/strict'
import { once } from 'node:events'
import { after, before, describe, it } from 'node:test'
import { SECURITY_HEADERS } from '../../../bff/http/security-headers.ts'
import { answersIn, everythingFrom, openWired, PAGE, type WireAnswer, type Wired } from './wired.ts'

let wired: Wired
let token: string
before(async () => {
  wired = await openWired()
  token = await wired.token()
})
after(async () => {
  await wired.end()
  assert.deepEqual(wired.reports, [])
})

const HOST = 'Host: panel.example.com'
const CLOSE = 'Connection: close'
const lines = (...all: string[]) => `${all.join('\r\n')}\r\n\r\n`
const bearer = () => `Authorization: Bearer ${token}`

async function only(...parts: (string | Uint8Array)[]): Promise<WireAnswer> {
  const text = await wired.send(...parts)
  const [answer, ...more] = answersIn(text)
  assert.ok(answer !== undefined, `no answer: ${JSON.stringify(text)}`)
  assert.deepEqual(more, [])
  return answer
}
const get = (target: string, ...headers: string[]) =>
  only(lines(`GET ${target} HTTP/1.1`, HOST, CLOSE, ...headers))
const put = (body: string | Uint8Array, ...headers: string[]) =>
  only(
    lines('PUT /v1/services/one HTTP/1.1', HOST, CLOSE, bearer(), ...headers),
    typeof body === 'string' ? Buffer.from(body) : body,
  )
const length = (body: string) => `Content-Length: ${Buffer.byteLength(body)}`
const JSON_TYPE = 'Content-Type: application/json'

/** Nothing an outsider could learn about what stands behind: no banner, no path, no stack, no name of a part. */
function assertSilent({ headers, body }: WireAnswer): void {
  for (const name of ['server', 'x-powered-by', 'via']) assert.equal(headers[name], undefined)
  assert.doesNotMatch(body, /\n\s+at |node:|node_modules|\/work|\.ts\b|\.js:\d|HPE_|libsql|SQLITE/i)
}

function assertSecured(answer: WireAnswer): void {
  for (const [name, value] of Object.entries(SECURITY_HEADERS))
    assert.equal(answer.headers[name], value, name)
  assertSilent(answer)
}

describe('an answer of any kind has the headers of all answers', () => {
  const kinds: readonly [string, number, () => Promise<WireAnswer>][] = [
    ['JSON', 200, () => get('/v1/configurations', bearer())],
    ['a problem', 401, () => get('/v1/configurations')],
    ['the description', 200, () => get('/v1/openapi.json')],
    ['text', 200, () => get('/livez')],
    ['readiness', 200, () => get('/readyz')],
    ['an element', 200, () => get('/widgets/provision.js')],
    ['an element there is not', 404, () => get('/widgets/nothing.js')],
    ['nothing there', 404, () => get('/nothing')],
    ['a method there is not', 405, () => only(lines('DELETE /livez HTTP/1.1', HOST, CLOSE))],
    ['the words of Allow', 204, () => only(lines('OPTIONS /livez HTTP/1.1', HOST, CLOSE))],
    [
      'a preflight',
      204,
      () =>
        only(
          lines(
            'OPTIONS /v1/configurations HTTP/1.1',
            HOST,
            CLOSE,
            `Origin: ${PAGE}`,
            'Access-Control-Request-Method: GET',
          ),
        ),
    ],
    ['a body that is too large', 413, () => put('', JSON_TYPE, 'Content-Length: 70000')],
    ['a request the parser cannot read', 400, () => only('rubbish\r\n\r\n')],
    ['headers without end', 431, () => get('/livez', `X-Long: ${'x'.repeat(20_000)}`)],
    ['more headers than anybody needs', 431, () => get('/livez', ...Array(120).fill('X-A: 1'))],
    ['a target that is too long', 414, () => get(`/v1/services/${'a'.repeat(5_000)}`)],
    [
      'an expectation nobody knows',
      417,
      () => only(lines('GET /livez HTTP/1.1', HOST, CLOSE, 'Expect: a-miracle')),
    ],
  ]
  for (const [kind, status, ask] of kinds)
    it(kind, async () => {
      const answer = await ask()
      assert.equal(answer.status, status, answer.body)
      assertSecured(answer)
      if (status >= 400 && !kind.startsWith('an element'))
        assert.equal(answer.headers['content-type'], 'application/problem+json')
    })
  it('an element the reader has', async () => {
    const { headers } = await get('/widgets/provision.js')
    const again = await get('/widgets/provision.js', `If-None-Match: ${headers.etag}`)
    assert.equal(again.status, 304)
    assertSecured(again)
  })
  it('a stream', async () => {
    const body = '{"label":"One"}'
    await put(body, JSON_TYPE, length(body))
    const socket = wired.open()
    socket.setEncoding('latin1')
    socket.write(lines('GET /v1/services/one/events HTTP/1.1', HOST, bearer()))
    let text = ''
    while (!text.includes('\r\n\r\n')) text += String((await once(socket, 'data'))[0])
    socket.destroy()
    const [answer] = answersIn(text)
    assert.ok(answer !== undefined)
    assert.equal(answer.headers['content-type'], 'text/event-stream; charset=utf-8')
    assertSecured(answer)
  })
})

describe('who may keep and embed an answer', () => {
  it('nobody keeps one of the interface', async () =>
    assert.deepEqual(
      await Promise.all(
        ['/v1/openapi.json', '/v1/configurations', '/livez', '/nothing'].map(
          async (path) => (await get(path, bearer())).headers['cache-control'],
        ),
      ),
      Array(4).fill('no-store'),
    ))
  it('no other site embeds one', async () =>
    assert.equal((await get('/v1/errors')).headers['cross-origin-resource-policy'], 'same-origin'))
  it('every site embeds the elements', async () =>
    assert.equal(
      (await get('/widgets/provision.js')).headers['cross-origin-resource-policy'],
      'cross-origin',
    ))
})

describe('methods', () => {
  const allow = async (method: string, path: string, ...headers: string[]) => {
    const answer = await only(lines(`${method} ${path} HTTP/1.1`, HOST, CLOSE, ...headers))
    return [answer.status, answer.headers.allow]
  }
  it('that a route has not are 405, with those it has', async () =>
    assert.deepEqual(await allow('DELETE', '/v1/services/one/fields'), [
      405,
      'GET, HEAD, PATCH, OPTIONS',
    ]))
  it('of a route that only changes do not include HEAD', async () =>
    assert.deepEqual(await allow('HEAD', '/v1/operations/op_1/cancel'), [405, 'POST, OPTIONS']))
  it('that diagnose are refused', async () =>
    assert.deepEqual(await allow('TRACE', '/v1/services/one'), [405, 'GET, HEAD, PUT, OPTIONS']))
  it('of other protocols are refused', async () =>
    assert.deepEqual(await allow('PROPFIND', '/livez'), [405, 'GET, HEAD, OPTIONS']))
  it('nobody knows are not taken', async () =>
    assert.equal((await only(lines('BREW /livez HTTP/1.1', HOST))).status, 400))
  it('that ask for a tunnel are refused', async () =>
    assert.equal((await only(lines('CONNECT whm.example:2087 HTTP/1.1', HOST))).status, 405))
  it('are told to who asks', async () =>
    assert.deepEqual(await allow('OPTIONS', '/v1/configurations'), [
      204,
      'GET, HEAD, POST, OPTIONS',
    ]))
  it('of a path that is not there are not', async () =>
    assert.deepEqual(await allow('OPTIONS', '/v1/nothing'), [404, undefined]))
  it('cannot be put on from a header', async () => {
    for (const name of ['X-HTTP-Method-Override', 'X-HTTP-Method', 'X-Method-Override'])
      assert.deepEqual(await allow('GET', '/v1/operations/op_1/cancel', `${name}: POST`), [
        405,
        'POST, OPTIONS',
      ])
  })
  it('HEAD is GET without its body', async () => {
    const text = await wired.send(lines('HEAD /v1/configurations HTTP/1.1', HOST, CLOSE, bearer()))
    assert.match(text, /^HTTP\/1\.1 200 [\s\S]*\r\n\r\n$/)
  })
})

describe('a body', () => {
  const body = '{"label":"One"}'
  const types: readonly [string, string | undefined, number][] = [
    ['of JSON', 'application/json', 200],
    ['of JSON in UTF-8', 'application/json; charset=utf-8', 200],
    ['of JSON in "UTF-8"', 'Application/JSON;charset="UTF-8"', 200],
    ['of JSON in another charset', 'application/json; charset=utf-16', 415],
    ['of some other JSON', 'application/merge-patch+json', 415],
    ['of plain text', 'text/plain', 415],
    ['of plain text that says JSON behind', 'text/plain; application/json', 415],
    ['of a form', 'application/x-www-form-urlencoded', 415],
    ['in parts', 'multipart/form-data; boundary=a', 415],
    ['of two types in one header', 'application/json, text/plain', 415],
    ['of no type', undefined, 415],
  ]
  for (const [what, type, status] of types)
    it(`${what} is ${status}`, async () => {
      const headers = type === undefined ? [] : [`Content-Type: ${type}`]
      assert.equal((await put(body, length(body), ...headers)).status, status)
    })
  it('that is packed is 415: it is never unpacked', async () =>
    assert.equal((await put(body, JSON_TYPE, length(body), 'Content-Encoding: gzip')).status, 415))
  it('with a name that comes twice is 400', async () => {
    const twice = '{"label":"One","label":"Two"}'
    const answer = await put(twice, JSON_TYPE, length(twice))
    assert.deepEqual([answer.status, JSON.parse(answer.body).code], [400, 'body_invalid'])
  })
  it('with the name of a prototype is 400', async () => {
    const proto = '{"__proto__":{"label":"x"}}'
    assert.equal((await put(proto, JSON_TYPE, length(proto))).status, 400)
  })
  it('that is not UTF-8 is 400', async () => {
    const bytes = Buffer.from([...Buffer.from('{"label":"'), 0xc0, 0xaf, ...Buffer.from('"}')])
    assert.equal((await put(bytes, JSON_TYPE, `Content-Length: ${bytes.length}`)).status, 400)
  })
  it('in chunks, never announced, is 413 once it is too large', async () => {
    const chunk = `${(8192).toString(16)}\r\n${' '.repeat(8192)}\r\n`
    const answer = await put(chunk.repeat(9), JSON_TYPE, 'Transfer-Encoding: chunked')
    assert.deepEqual([answer.status, JSON.parse(answer.body).code], [413, 'body_too_large'])
  })
  it('is counted in bytes, not in characters', async () => {
    const euros = JSON.stringify({ label: '€'.repeat(30_000) })
    const chunk = Buffer.from(euros)
    const head = Buffer.from(`${chunk.length.toString(16)}\r\n`)
    const bytes = Buffer.concat([head, chunk, Buffer.from('\r\n0\r\n\r\n')])
    assert.equal((await put(bytes, JSON_TYPE, 'Transfer-Encoding: chunked')).status, 413)
  })
  it('that is announced as too large is refused before it is asked for', async () => {
    const text = await wired.send(
      lines(
        'PUT /v1/services/one HTTP/1.1',
        HOST,
        CLOSE,
        bearer(),
        JSON_TYPE,
        'Content-Length: 70000',
        'Expect: 100-continue',
      ),
    )
    assert.match(text, /^HTTP\/1\.1 413 /)
  })
  it('is asked for where it is welcome', async () => {
    const socket = wired.open()
    const all = everythingFrom(socket)
    socket.write(
      lines(
        'PUT /v1/services/one HTTP/1.1',
        HOST,
        CLOSE,
        bearer(),
        JSON_TYPE,
        length(body),
        'Expect: 100-continue',
      ),
    )
    socket.once('data', () => socket.write(body))
    const text = await all
    assert.match(text, /^HTTP\/1\.1 100 [\s\S]*HTTP\/1\.1 200 /)
  })
  it('of a refused request leaves nothing behind', async () => {
    const answer = await get('/v1/services/one', bearer())
    assert.equal(JSON.parse(answer.body).label, 'One')
  })
})

describe('a request that two readers could read differently is not taken', () => {
  const refused: readonly [string, string[], number][] = [
    ['two hosts', ['Host: other.example'], 400],
    ['two authorizations', ['Authorization: Bearer a', 'Authorization: Bearer b'], 400],
    ['two types', [JSON_TYPE, 'Content-Type: text/plain', 'Content-Length: 2'], 400],
    ['two lengths', ['Content-Length: 2', 'Content-Length: 3'], 400],
    ['two equal lengths', ['Content-Length: 2', 'Content-Length: 2'], 400],
    ['a length and chunks', ['Content-Length: 2', 'Transfer-Encoding: chunked'], 400],
    ['a length that is none', ['Content-Length: +2'], 400],
    ['an unknown coding', ['Transfer-Encoding: chunked, identity'], 400],
    ['two origins', [`Origin: ${PAGE}`, 'Origin: https://evil.example'], 400],
    ['two keys', ['Idempotency-Key: aaaaaaaa', 'Idempotency-Key: bbbbbbbb'], 400],
    ['a bare line end in a value', ['X-A: 1\nX-B: 2'], 400],
    ['a carriage return in a value', ['X-A: 1\rX-B: 2'], 400],
    ['a zero in a value', ['X-A: 1\u00002'], 400],
    ['a space before the colon', ['X-A : 1'], 400],
    ['a header without a name', [': 1'], 400],
  ]
  for (const [what, headers, status] of refused)
    it(what, async () => {
      const body = headers.some((header) => header.startsWith('Content-Length')) ? '{}' : ''
      const answer = await only(
        lines('PUT /v1/services/two HTTP/1.1', HOST, CLOSE, ...headers) + body,
      )
      assert.equal(answer.status, status, answer.body)
      assertSecured(answer)
    })
  it('two authorizations are told from one that is wrong', async () => {
    const answer = await get('/v1/configurations', bearer(), bearer())
    assert.deepEqual(
      [answer.status, answer.headers['www-authenticate']],
      [400, 'Bearer realm="provision", error="invalid_request"'],
    )
  })
  it('a folded header is one line, or refused', async () => {
    const answer = await get('/v1/configurations', `Authorization:\r\n Bearer ${token}`)
    assert.ok([200, 400].includes(answer.status), String(answer.status))
  })
  it('no host', async () => assert.equal((await only('GET /livez HTTP/1.1\r\n\r\n')).status, 400))
  it('nothing of all this was written', async () =>
    assert.equal((await get('/v1/services/two', bearer())).status, 404))
})

describe('a path', () => {
  const paths: readonly [string, string, number][] = [
    ['with two slashes', '//v1/configurations', 404],
    ['with two slashes inside', '/v1//configurations', 404],
    ['with a dot', '/v1/./configurations', 400],
    ['that climbs', '/v1/services/../configurations', 400],
    ['that climbs escaped', '/v1/services/%2e%2e/configurations', 400],
    ['that climbs half escaped', '/v1/services/.%2E/configurations', 400],
    ['that climbs escaped twice', '/v1/services/%252e%252e/configurations', 404],
    ['that climbs out of the elements', '/widgets/../v1/configurations', 400],
    ['with a slash in an id', '/v1/services/a%2fb', 404],
    ['with a parameter', '/v1/services/one;role=staff', 404],
    ['with a backslash', '/v1\\configurations', 400],
    ['with an escaped zero', '/v1/services/one%00', 400],
    ['with an escaped line end', '/v1/services/one%0d%0aX:%201', 400],
    ['with overlong UTF-8', '/v1/services/%c0%ae%c0%ae', 404],
    ['with half an escape', '/v1/services/%zz', 404],
    ['with letters that are none of ours', '/v1/services/ü', 400],
    ['with a fragment', '/v1/configurations#a', 400],
    ['that is no path', 'v1/configurations', 400],
    ['in another case', '/V1/configurations', 404],
    ['with a slash behind', '/v1/configurations/', 404],
    ['of the operator’s door', '/tenants', 404],
  ]
  for (const [what, path, status] of paths)
    it(`${what} is ${status}`, async () => {
      const answer = await only(
        Buffer.from(lines(`GET ${path} HTTP/1.1`, HOST, CLOSE, bearer()), 'utf8'),
      )
      assert.equal(answer.status, status, answer.body)
      assertSecured(answer)
    })
  it('that is everything is no path', async () =>
    assert.equal((await only(lines('OPTIONS * HTTP/1.1', HOST, CLOSE))).status, 400))
  it('in its absolute form is the same path', async () => {
    const answer = await get('http://evil.example/v1/configurations', bearer())
    assert.equal(answer.status, 200)
  })
})

describe('the name a request calls us by', () => {
  it('is believed nowhere', async () => {
    for (const host of ['evil.example', 'evil.example:99999', 'a b', '"><script>', '[::1']) {
      const text = await wired.send(
        lines('GET /v1/configurations HTTP/1.1', `Host: ${host}`, CLOSE, bearer()),
      )
      const [answer] = answersIn(text)
      assert.ok(answer !== undefined && [200, 400].includes(answer.status), text)
      assert.doesNotMatch(text, /evil|script/)
      assertSecured(answer)
    }
  })
  it('is believed nowhere in a proxy’s words either', async () => {
    const text = await wired.send(
      lines(
        'GET /nothing HTTP/1.1',
        HOST,
        CLOSE,
        'X-Forwarded-Host: evil.example',
        'Forwarded: host=evil.example',
        'X-Original-URL: /v1/openapi.json',
        'X-Rewrite-URL: /v1/openapi.json',
      ),
    )
    assert.match(text, /^HTTP\/1\.1 404 /)
    assert.doesNotMatch(text, /evil/)
  })
})

describe('requests one behind the other', () => {
  it('are answered in their order', async () => {
    const text = await wired.send(
      lines('GET /livez HTTP/1.1', HOST) +
        lines('GET /nothing HTTP/1.1', HOST) +
        lines('GET /v1/configurations HTTP/1.1', HOST, CLOSE, bearer()),
    )
    assert.deepEqual(
      answersIn(text).map(({ status }) => status),
      [200, 404, 200],
    )
  })
  it('hide none in a body', async () => {
    const hidden = lines('GET /v1/errors HTTP/1.1', HOST)
    const text = await wired.send(
      lines('POST /nothing HTTP/1.1', HOST, CLOSE, `Content-Length: ${hidden.length}`) + hidden,
    )
    assert.deepEqual(
      answersIn(text).map(({ status }) => status),
      [404],
    )
  })
  it('never get an answer that is another’s', async () => {
    const text = await wired.send(
      `${lines('GET /v1/configurations HTTP/1.1', HOST, bearer())}rubbish\r\n\r\n`,
    )
    const [first] = answersIn(text)
    assert.ok(first === undefined || first.status === 200, text)
  })
})

describe('a connection that takes its time', () => {
  let slow: Wired
  before(async () => {
    slow = await openWired({
      wire: { headers_within: 60, request_within: 120, keep_alive: 80, checked_every: 20 },
    })
  })
  after(() => slow.end())
  it('over its headers is told so, and ended', async () => {
    const [answer] = answersIn(await slow.send('GET /livez HTTP/1.1\r\nX-A: '))
    assert.ok(answer !== undefined)
    assert.deepEqual([answer.status, JSON.parse(answer.body).code], [408, 'request_timeout'])
    assertSecured(answer)
  })
  it('over its body is ended', async () => {
    const text = await slow.send(
      lines(
        'PUT /v1/services/slow HTTP/1.1',
        HOST,
        `Authorization: Bearer ${await slow.token()}`,
        JSON_TYPE,
        'Content-Length: 50',
      ),
      '{"label"',
    )
    assert.doesNotMatch(text, /HTTP\/1\.1 2/)
  })
  it('between two requests is ended', async () => {
    const answers = answersIn(await slow.send(lines('GET /livez HTTP/1.1', HOST)))
    assert.deepEqual(
      answers.map(({ status }) => status),
      [200],
    )
  })
  it('is nothing to report', () => assert.deepEqual(slow.reports, []))
})
