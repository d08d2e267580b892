import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { after, before, describe, it } from 'node:test'
import { type Brands, NORTH, openBrands } from '../../brands.ts'

/** Sends bytes as they are and reads what comes back until the other side has no more to say. */
function raw(port: number, bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = ''
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes, 'latin1'))
    socket.setEncoding('latin1')
    socket.on('data', (chunk: string) => {
      answer += chunk
    })
    socket.on('error', reject)
    socket.on('close', () => resolve(answer))
  })
}

const BREAKS = ['\r\n', '\n', '\r', '\u0085', '\u2028', '\u560d\u560a', '\0']
const LINE = 'X-Injected: yes'

describe('a line break in what reaches a header', () => {
  let brands: Brands
  let port: number
  let token: string
  before(async () => {
    brands = await openBrands()
    ;({ port } = await brands.bff.listen())
    token = await brands.token()
  })
  after(() => brands.end())

  /** The lines before the body, as they came. */
  async function headOf(method: string, path: string, lines: readonly string[] = [], body = '') {
    const answer = await raw(
      port,
      [
        `${method} ${path} HTTP/1.1`,
        'host: panel.example',
        'connection: close',
        ...(lines.some((line) => line.toLowerCase().startsWith('authorization'))
          ? []
          : [`authorization: Bearer ${token}`]),
        ...(body === ''
          ? []
          : ['content-type: application/json', `content-length: ${body.length}`]),
        ...lines,
        '',
        body,
      ].join('\r\n'),
    )
    return answer.split('\r\n\r\n')[0] ?? ''
  }
  const injected = (head: string) => /x-injected|set-cookie/i.test(head)

  for (const place of [
    ['GET', (text: string) => `/v1/services/${text}`],
    ['POST', (text: string) => `/v1/services/bob/actions/${text}`],
    ['POST', (text: string) => `/v1/services/bob/actions/${text}/preview`],
    ['GET', (text: string) => `/v1/services/bob/choices/${text}`],
    ['GET', (text: string) => `/v1/operations/${text}`],
    ['POST', (text: string) => `/v1/operations/${text}/cancel`],
    ['GET', (text: string) => `/v1/configurations/${text}`],
    ['DELETE', (text: string) => `/v1/services/${text}/fields`],
    ['GET', (text: string) => `/v1/services/bob/logs?cursor=${text}`],
    ['GET', (text: string) => `/${text}`],
    ['GET', (text: string) => `/widgets/${text}`],
  ] as const) {
    const [method, path] = place
    it(`begins no line of the answer to ${method} ${path('…')}`, async () => {
      const wrong: string[] = []
      for (const broken of BREAKS)
        for (const written of [
          encodeURIComponent(`x${broken}${LINE}`),
          encodeURIComponent(encodeURIComponent(`x${broken}${LINE}`)),
        ]) {
          const body = method === 'POST' ? '{"input":{}}' : ''
          const head = await headOf(method, path(written), ['idempotency-key: one-gesture'], body)
          if (injected(head) || !/^HTTP\/1\.1 (4|200 )/.test(head))
            wrong.push(`${written}: ${head}`)
        }
      assert.deepEqual(wrong, [])
    })
  }

  it('begins no line where an operation is told the place of', async () => {
    const head = await headOf(
      'POST',
      '/v1/services/eve/actions/repack',
      ['idempotency-key: %0d%0aX-Injected:yes'],
      '{"input":{"package":"large"}}',
    )
    assert.match(head, /^location: \/v1\/operations\/op_[0-9a-z]{26}$/im)
  })
  it('begins no line where a scope is named that is missing', async () => {
    const narrow = await brands.token({ scope: 'services:read' })
    const head = await headOf(
      'POST',
      `/v1/services/eve/actions/${encodeURIComponent(`repack"\r\n${LINE}`)}`,
      [`authorization: Bearer ${narrow}`, 'idempotency-key: one-gesture'],
      '{"input":{}}',
    )
    assert.deepEqual([injected(head), head.split(' ')[1]], [false, '400'])
  })

  for (const [name, value] of [
    ['X-Request-Id', 'req_00000000000000000000000000'],
    ['X-Forwarded-Host', 'evil.example'],
    ['X-Forwarded-Proto', 'javascript'],
    ['Origin', 'https://evil.example'],
    ['Origin', `${NORTH.origin}.evil.example`],
    ['Referer', 'https://evil.example/'],
    ['X-HTTP-Method-Override', 'DELETE'],
    ['X-Original-URL', '/v1/configurations'],
  ] as const)
    it(
      `of the asker’s own is given back: ${name}: ${value}`.replace('is given', 'is not given'),
      async () => {
        const head = await headOf('GET', '/v1/services/bob', [`${name}: ${value}`])
        assert.deepEqual(
          [head.includes(value), head.split(' ')[1]],
          [false, name === 'Origin' ? '403' : '200'],
        )
      },
    )

  it('gives another number than the one that was asked for', async () => {
    const head = await headOf('GET', '/v1/services/bob', ['x-request-id: mine'])
    assert.match(head, /^x-request-id: req_[0-9a-z]{26}$/im)
  })
  it('does not let a host name into an answer', async () => {
    const answer = await raw(
      port,
      `GET /v1/services/bob HTTP/1.1\r\nhost: evil.example\r\nconnection: close\r\n\r\n`,
    )
    assert.doesNotMatch(answer, /evil/)
  })

  for (const [what, line] of [
    ['a folded line', 'accept-language: en\r\n X-Injected: yes'],
    ['a bare line feed', 'accept-language: en\nX-Injected: yes'],
    ['a bare carriage return', 'accept-language: en\rX-Injected: yes'],
    ['a null', 'accept-language: en\0'],
    ['a name with a space', 'accept language: en'],
  ] as const)
    it(`is refused as a request: ${what}`, async () => {
      const rows = await brands.rows()
      const head = await headOf('POST', '/v1/services/bob/actions/peek', [line], '')
      assert.deepEqual(
        [head.split(' ')[1], injected(head), (await brands.rows()) === rows],
        ['400', false, true],
      )
    })

  it('has given nobody anything to report', () => assert.deepEqual(brands.reports, []))
})
