import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { connect } from 'node:tls'
import { ROOT_TOKEN } from '../../bff/demo/whm/sample.ts'
import { fields, jsonOf, list, server } from './asking.ts'

const asked = server()
const PATIENCE = 5_000

/** What came back, read as a client without a library would: the head as it is, the body by its length. */
interface Raw {
  readonly status: string
  readonly headers: string
  readonly body: string
}

/** Sends parts one after another, each once the server has answered the one before, or at once. */
function send(parts: readonly string[]): Promise<Raw> {
  const { port } = new URL(asked.whm.url)
  return new Promise((resolve, reject) => {
    const socket = connect({ port: Number(port), servername: 'localhost', ca: asked.whm.ca })
    const [first = '', ...rest] = parts.map((part) => part.replaceAll('{TOKEN}', ROOT_TOKEN))
    const chunks: Buffer[] = []
    socket.setTimeout(PATIENCE, () => socket.destroy(new Error('no answer')))
    socket.on('error', reject)
    socket.on('data', (chunk) => {
      chunks.push(chunk)
      const text = Buffer.concat(chunks).toString('utf8')
      const next = rest.shift()
      if (next !== undefined) socket.write(next)
      const answer = text.replace(/^HTTP\/1\.1 100 Continue\r\n\r\n/, '')
      const end = answer.indexOf('\r\n\r\n')
      if (end < 0) return
      const headers = answer.slice(0, end)
      const body = answer.slice(end + 4)
      const length = Number(/^content-length: *(\d+)/im.exec(headers)?.[1])
      if (Buffer.byteLength(body) < length) return
      socket.destroy()
      resolve({ status: headers.split('\r\n')[0] ?? '', headers, body })
    })
    socket.write(first)
  })
}

/** A request, byte for byte; the head's lines are joined as they go over the wire. */
const request = (...lines: readonly string[]) => lines.join('\r\n')

const FORM = 'Content-Type: application/x-www-form-urlencoded'
const ASKED = 'api.version=1&user=lakeside'

/** Requests as their authors' libraries wrote them, recorded from the libraries themselves; only the token is ours. */
const CLIENTS: readonly {
  readonly who: string
  readonly api: 0 | 1
  readonly parts: readonly string[]
}[] = [
  {
    who: 'Perl, HTTP::Tiny with a form called a stream of bytes, as cPanel::PublicAPI does',
    api: 1,
    parts: [
      request(
        'POST /json-api/accountsummary HTTP/1.1',
        'Host: localhost',
        'Content-Length: 27',
        'Authorization: WHM root:{TOKEN}',
        'Content-Type: application/octet-stream',
        'User-Agent: HTTP-Tiny/0.080',
        '',
        ASKED,
      ),
    ],
  },
  {
    who: 'Perl, HTTP::Tiny with a form, as cPanel::APIClient does',
    api: 1,
    parts: [
      request(
        'POST /json-api/accountsummary HTTP/1.1',
        'Host: localhost',
        'User-Agent: HTTP-Tiny/0.080',
        FORM,
        'Authorization: whm root:{TOKEN}',
        'Content-Length: 27',
        '',
        ASKED,
      ),
    ],
  },
  {
    who: 'Perl, LWP, which offers trailers and closes',
    api: 0,
    parts: [
      request(
        'POST /json-api/accountsummary HTTP/1.1',
        'TE: deflate,gzip;q=0.3',
        'Connection: TE, close',
        'Authorization: WHM root:{TOKEN}',
        'Host: localhost',
        'User-Agent: libwww-perl/6.68',
        'Content-Length: 13',
        FORM,
        '',
        'user=lakeside',
      ),
    ],
  },
  {
    who: 'PHP, a stream that posts a form',
    api: 1,
    parts: [
      request(
        'POST /json-api/accountsummary HTTP/1.1',
        'Host: localhost',
        'Connection: close',
        'Content-Length: 27',
        'Authorization: WHM root:{TOKEN}',
        FORM,
        '',
        ASKED,
      ),
    ],
  },
  {
    who: 'PHP, a stream that gets',
    api: 0,
    parts: [
      request(
        'GET /json-api/accountsummary?user=lakeside HTTP/1.1',
        'Host: localhost',
        'Connection: close',
        'Authorization: whm root:{TOKEN}',
        '',
        '',
      ),
    ],
  },
  {
    who: 'Python, urllib with a form',
    api: 1,
    parts: [
      request(
        'POST /json-api/accountsummary HTTP/1.1',
        'Accept-Encoding: identity',
        FORM,
        'Content-Length: 27',
        'Host: localhost',
        'User-Agent: Python-urllib/3.11',
        'Authorization: whm root:{TOKEN}',
        'Connection: close',
        '',
        ASKED,
      ),
    ],
  },
  {
    who: 'Python, urllib with a body in chunks that come when they are made',
    api: 1,
    parts: [
      request(
        'POST /json-api/accountsummary HTTP/1.1',
        'Accept-Encoding: identity',
        'Transfer-Encoding: chunked',
        'Host: localhost',
        'User-Agent: Python-urllib/3.11',
        'Authorization: whm root:{TOKEN}',
        FORM,
        'Connection: close',
        '',
        '10',
        'api.version=1&us',
        'B',
        'er=lakeside',
        '0',
        '',
        '',
      ),
    ],
  },
  {
    who: 'Python, urllib with JSON',
    api: 1,
    parts: [
      request(
        'POST /json-api/accountsummary HTTP/1.1',
        'Accept-Encoding: identity',
        'Content-Length: 38',
        'Host: localhost',
        'User-Agent: Python-urllib/3.11',
        'Authorization: whm root:{TOKEN}',
        'Content-Type: application/json',
        'Connection: close',
        '',
        '{"api.version": 1, "user": "lakeside"}',
      ),
    ],
  },
  {
    who: 'curl that posts without a body, everything in the address',
    api: 1,
    parts: [
      request(
        'POST /json-api/accountsummary?api.version=1&user=lakeside HTTP/1.1',
        'Host: localhost',
        'User-Agent: curl/7.88.1',
        'Accept: */*',
        'Authorization: WHM root:{TOKEN}',
        '',
        '',
      ),
    ],
  },
  {
    who: 'curl that asks before it sends its body',
    api: 1,
    parts: [
      request(
        'POST /json-api/accountsummary HTTP/1.1',
        'Host: localhost',
        'User-Agent: curl/7.88.1',
        'Accept: */*',
        'Authorization: WHM root:{TOKEN}',
        'Expect: 100-continue',
        'Content-Length: 27',
        FORM,
        '',
        '',
      ),
      ASKED,
    ],
  },
  {
    who: 'curl of HTTP/1.0',
    api: 0,
    parts: [
      request(
        'GET /json-api/accountsummary?user=lakeside HTTP/1.0',
        'Host: localhost',
        'User-Agent: curl/7.88.1',
        'Accept: */*',
        'Authorization: WHM root:{TOKEN}',
        '',
        '',
      ),
    ],
  },
  {
    who: 'curl with a form in parts, as PHP’s curl sends an array',
    api: 1,
    parts: [
      request(
        'POST /json-api/accountsummary HTTP/1.1',
        'Host: localhost',
        'User-Agent: curl/7.88.1',
        'Accept: */*',
        'Authorization: WHM root:{TOKEN}',
        'Content-Length: 248',
        'Content-Type: multipart/form-data; boundary=------------------------3374f64daea38da0',
        '',
        '--------------------------3374f64daea38da0',
        'Content-Disposition: form-data; name="api.version"',
        '',
        '1',
        '--------------------------3374f64daea38da0',
        'Content-Disposition: form-data; name="user"',
        '',
        'lakeside',
        '--------------------------3374f64daea38da0--',
        '',
      ),
    ],
  },
  {
    who: 'Node, cpanel-lib from npm',
    api: 0,
    parts: [
      request(
        'GET /json-api/accountsummary?user=lakeside HTTP/1.1',
        'Authorization: WHM root:{TOKEN}',
        'Host: localhost',
        'Connection: keep-alive',
        '',
        '',
      ),
    ],
  },
  {
    who: 'Node, fetch with a form',
    api: 1,
    parts: [
      request(
        'POST /json-api/accountsummary HTTP/1.1',
        'host: localhost',
        'connection: keep-alive',
        'Authorization: whm root:{TOKEN}',
        'content-type: application/x-www-form-urlencoded;charset=UTF-8',
        'accept: */*',
        'accept-language: *',
        'sec-fetch-mode: cors',
        'user-agent: node',
        'accept-encoding: gzip, deflate',
        'content-length: 27',
        '',
        ASKED,
      ),
    ],
  },
]

describe('somebody else’s client', () => {
  for (const { who, api, parts } of CLIENTS)
    it(`is told of an account: ${who}`, async () => {
      const { body } = await send(parts)
      const answer = fields(jsonOf(body))
      const { acct } = api === 0 ? answer : fields(answer.data)
      assert.equal(fields(list(acct)[0]).user, 'lakeside')
    })

  it('is told plainly, not packed, even where it would take that', async () => {
    const { headers } = await send(CLIENTS.at(-1)?.parts ?? [])
    assert.doesNotMatch(headers, /content-encoding/i)
  })
  it('that speaks HTTP/1.0 reads the answer to its end', async () => {
    const { headers } = await send(CLIENTS.find(({ who }) => who.includes('1.0'))?.parts ?? [])
    assert.match(headers, /connection: close/i)
  })
  it('that mistakes the token reads the refusal on the status line', async () => {
    const { status } = await send([
      request(
        'GET /json-api/version HTTP/1.1',
        'Authorization: WHM root:NOTTHETOKEN',
        'Host: localhost',
        'Connection: keep-alive',
        '',
        '',
      ),
    ])
    assert.equal(status, 'HTTP/1.1 403 Forbidden Access denied')
  })
  it('reaches the control panel’s own functions through the server, as cpanel-lib does', async () => {
    const { body } = await send([
      request(
        'GET /json-api/cpanel?cpanel_jsonapi_user=lakeside&cpanel_jsonapi_module=Email&cpanel_jsonapi_func=list_pops&cpanel_jsonapi_apiversion=3 HTTP/1.1',
        'Authorization: WHM root:{TOKEN}',
        'Host: localhost',
        'Connection: keep-alive',
        '',
        '',
      ),
    ])
    assert.equal(fields(fields(jsonOf(body)).result).status, 1)
  })
})
