import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { readParams } from '../../bff/demo/whm/parameters.ts'
import { fields, form, list, metadata, ROOT, server } from './asking.ts'

const FORM = 'application/x-www-form-urlencoded'

describe('the parameters of a call', () => {
  const whm = server()
  const asked = form({ 'api.version': 1, user: 'lakeside' })
  const path = '/json-api/accountsummary'
  const headers = (type: string) => ({ authorization: ROOT, 'content-type': type })
  const post = (type: string, body: string) =>
    whm.send(path, { method: 'POST', headers: headers(type), body })

  const ways: readonly (readonly [string, () => Promise<{ json: unknown }>])[] = [
    [
      'in the query of a GET',
      () => whm.send(`${path}?${asked}`, { headers: { authorization: ROOT } }),
    ],
    [
      'in the query of a POST without a body',
      () => whm.send(`${path}?${asked}`, { method: 'POST', headers: { authorization: ROOT } }),
    ],
    ['in a form', () => post(FORM, asked)],
    ['in a form that calls itself octet-stream', () => post('application/octet-stream', asked)],
    ['in a form that calls itself JSON', () => post('application/json', asked)],
    [
      'in a form without a label',
      () =>
        whm.send(path, {
          method: 'POST',
          headers: { authorization: ROOT },
          body: Buffer.from(asked),
        }),
    ],
    ['in a JSON object', () => post('application/json', '{"api.version":1,"user":"lakeside"}')],
    [
      'in a JSON object that calls itself a form',
      () => post(FORM, '{"api.version":1,"user":"lakeside"}'),
    ],
    [
      'in a multipart form',
      () =>
        post(
          'multipart/form-data; boundary=x',
          '--x\r\nContent-Disposition: form-data; name="api.version"\r\n\r\n1\r\n--x\r\nContent-Disposition: form-data; name="user"\r\n\r\nlakeside\r\n--x--\r\n',
        ),
    ],
    [
      'half in the query, half in the body',
      () =>
        whm.send(`${path}?api.version=1`, {
          method: 'POST',
          headers: headers(FORM),
          body: 'user=lakeside',
        }),
    ],
    [
      'in chunks',
      () => whm.send(path, { method: 'POST', headers: headers(FORM), body: chunks(asked) }),
    ],
    [
      'behind a session’s prefix',
      () => whm.send(`/cpsess0123456789${path}?${asked}`, { headers: { authorization: ROOT } }),
    ],
  ]
  for (const [where, ask] of ways) {
    it(`may be ${where}`, async () => {
      const { data } = fields((await ask()).json)
      assert.equal(fields(list(fields(data).acct)[0]).user, 'lakeside')
    })
  }

  it('of version 2 are those of version 1', async () => {
    const { json } = await post(FORM, 'api.version=2&user=lakeside')
    assert.equal(fields(fields(json).metadata).version, 1)
  })

  it('without a version are those of API 0', async () => {
    assert.equal(fields((await post(FORM, 'user=lakeside')).json).statusmsg, 'Ok')
  })

  it('have case-sensitive names', async () => {
    assert.equal(await whm.works('accountsummary', { User: 'lakeside' }), false)
  })

  it('go to a function whose name is case-sensitive', async () => {
    assert.match(await whm.reason('AccountSummary', { user: 'lakeside' }), /^Unknown app/)
  })

  it('know 1 as true and true as nothing', async () => {
    await whm.call('suspendacct', { user: 'olive', disallowun: 'true' })
    assert.equal(whm.whm.world().accounts.olive?.suspended?.locked, false)
  })

  it('may not be larger than a megabyte', async () => {
    assert.equal((await post(FORM, `user=${'x'.repeat(1_100_000)}`)).status, 413)
  })

  it('cannot be sent to another address', async () => {
    const other = await whm.send('/xml-api/version', { headers: { authorization: ROOT } })
    assert.equal(other.status, 404)
  })
})

async function* chunks(text: string): AsyncGenerator<Buffer> {
  for (const character of text) yield Buffer.from(character)
}

describe('a password', () => {
  const whm = server()
  const printable = Array.from({ length: 95 }, (_, at) => String.fromCharCode(32 + at)).join('')

  it('keeps every printable character', async () => {
    await whm.call('passwd', { user: 'olive', password: printable })
    assert.equal(whm.whm.world().passwords.olive, printable)
  })

  it('keeps what is beyond ASCII', async () => {
    await whm.call('passwd', { user: 'olive', password: 'Žluťoučký-кот-猫-🐈-58' })
    assert.equal(whm.whm.world().passwords.olive, 'Žluťoučký-кот-猫-🐈-58')
  })

  it('means the same with %20 and with + for a space', async () => {
    const sent = ['Copper%20rain%2058!', 'Copper+rain+58!']
    const got: unknown[] = []
    for (const password of sent) {
      await whm.send(`/json-api/passwd?api.version=1&user=olive&password=${password}`, {
        headers: { authorization: ROOT },
      })
      got.push(whm.whm.world().passwords.olive)
    }
    assert.deepEqual(got, ['Copper rain 58!', 'Copper rain 58!'])
  })
})

describe('several functions in one call', () => {
  const whm = server()

  it('are answered in order, each with its envelope', async () => {
    const { result } = await whm.data('batch', {
      command: ['gethostname', 'accountsummary?user=olive'],
    })
    const commands = list(result).map((each) => fields(fields(each).metadata).command)
    assert.deepEqual(commands, ['gethostname', 'accountsummary'])
  })

  it('succeed together even when one fails', async () => {
    const answer = await whm.call('batch', { command: ['accountsummary?user=gone', 'version'] })
    assert.deepEqual(
      [metadata(answer).result, list(fields(fields(answer.json).data).result).length],
      [1, 2],
    )
  })

  it('stop at the first failure when asked to', async () => {
    const command = ['accountsummary?user=gone', 'version']
    const { result } = await whm.data('batch', { command, abort_on_error: '1' })
    assert.equal(list(result).length, 1)
  })

  it('change what they are asked to change', async () => {
    await whm.call('batch', {
      command: ['suspendacct?user=olive&reason=a%20b', 'accountsummary?user=gone'],
    })
    assert.equal(whm.whm.world().accounts.olive?.suspended?.reason, 'a b')
  })
})

describe('numbered parameters', () => {
  it('follow the bare name in the order of their numbers', () => {
    const params = readParams('acl-10=c&acl-2=b&acl=a&acl-x=no', Buffer.alloc(0), '')
    assert.deepEqual(params.numbered('acl'), ['a', 'b', 'c'])
  })
})

describe('reading parameters', () => {
  it('never fails, whatever comes', () => {
    fc.assert(
      fc.property(fc.string(), fc.uint8Array(), fc.string(), (query, body, type) => {
        const params = readParams(query, Buffer.from(body), type)
        for (const name of params.names()) params.numbered(name)
      }),
    )
  })

  it('never fails on what looks like JSON or a multipart form', () => {
    const body = fc.oneof(
      fc.json(),
      fc.json().map((text) => `{${text}`),
      fc.string().map((text) => `--b\r\nname="${text}"\r\n\r\n${text}--b--`),
    )
    fc.assert(
      fc.property(body, (text) => {
        readParams('', Buffer.from(text), 'multipart/form-data; boundary=b')
        readParams('', Buffer.from(text), 'application/json').names()
      }),
    )
  })

  it('gives back what a form was made of', () => {
    const text = fc.string({ unit: 'grapheme' })
    fc.assert(
      fc.property(fc.dictionary(fc.string({ minLength: 1 }), text), (wanted) => {
        const body = Buffer.from(new URLSearchParams(Object.entries(wanted)).toString())
        // A form that begins as JSON does is only ever one that was percent-encoded, so it never does.
        const params = readParams('', body, FORM)
        for (const [name, value] of Object.entries(wanted)) assert.equal(params.get(name), value)
      }),
    )
  })
})

describe('any request', () => {
  const whm = server()

  it('is answered without an error of the server', async () => {
    const names = fc.oneof(
      fc.constantFrom(
        'createacct',
        'modifyacct',
        'batch',
        'showbw',
        'listaccts',
        'setacls',
        'cpanel',
      ),
      fc.string({ minLength: 1 }),
    )
    const keys = fc.oneof(
      fc.constantFrom(
        'user',
        'username',
        'domain',
        'search',
        'command',
        'plan',
        'password',
        'QUOTA',
        'api.filter.enable',
        'api.sort.a.field',
        'api.chunk.size',
      ),
      fc.string(),
    )
    const call = fc.tuple(
      names,
      fc.dictionary(
        keys,
        fc.oneof(fc.string(), fc.constantFrom('1', 'lakeside', '__proto__', 'constructor', '-1')),
      ),
    )
    await fc.assert(
      fc.asyncProperty(call, async ([name, params]) => {
        const { status } = await whm.call(encodeURIComponent(name), params)
        assert.ok(status < 500, `${status}`)
      }),
      { numRuns: 150 },
    )
  })
})
