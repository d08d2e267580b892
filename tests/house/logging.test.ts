import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { allowedFields, openLog } from '../../bff/log-lines.ts'
import { importsOf } from './rooms.ts'
import { sources } from './tree.ts'

/** The one file that may open a log, and those that speak to a terminal instead. */
const LOG = 'bff/log-lines.ts'
/** It gives the log its destination. */
const START = 'bff/main.ts'
const TERMINALS = /^bff\/(cli|demo)\//

/** Ways to write to the outside past the log. */
function past(path: string, source: string): string[] {
  const wrong: string[] = []
  const loggers = importsOf(path, source).filter(({ specifier }) => /^pino\b/.test(specifier))
  if (loggers.length > 0 && path !== LOG && path !== START) wrong.push(`${path} opens a log`)
  if (path === START && /\bpino\(/.test(source)) wrong.push(`${path} opens a log`)
  if (/\bconsole\s*[.[]/.test(source)) wrong.push(`${path} uses the console`)
  // Before there is a log, the start says what it needs; of errors only what describeError leaves.
  // What a child writes is read, not written.
  if (path !== START && /(?<!\bchild\.)\bstd(out|err)\b/.test(source))
    wrong.push(`${path} writes to an output`)
  return wrong
}

function linesOf(level: 'debug' | 'info', write: (log: ReturnType<typeof openLog>) => void) {
  const lines: string[] = []
  write(openLog(level, { write: (line: string) => lines.push(line) }))
  return lines
}

describe('what the process writes', () => {
  it('goes through the one log that has a list of fields', () => {
    const found = [...sources(['bff', 'db'], /\.ts$/)]
      .filter(([path]) => !TERMINALS.test(path))
      .flatMap(([path, source]) => past(path, source))
    assert.deepEqual(found, [])
  })
  for (const [what, source] of [
    ['a second log', `import { pino } from 'pino'\npino()`],
    ['a word to the console', `console.log('token', token)`],
    ['a word past the log', `process.stdout.write(token)`],
  ] as const)
    it(`is found where it is ${what}`, () =>
      assert.equal(past('bff/auth/verify.ts', source).length, 1))
})

describe('a line of the log', () => {
  it('has the fields on the list', () =>
    assert.deepEqual(allowedFields({ method: 'GET', status: 200, path: '/v1' }), {
      method: 'GET',
      path: '/v1',
      status: 200,
    }))
  it('has no other, whatever it is given', () =>
    assert.deepEqual(
      allowedFields({ token: 'secret', authorization: 'secret', headers: { a: 'secret' } }),
      {},
    ))
  it('has no object in the place of a value', () =>
    assert.deepEqual(allowedFields({ path: { password: 'secret' }, reason: ['secret'] }), {}))
  it('has of an error what describes it, at any depth', () =>
    assert.deepEqual(
      allowedFields({
        error: {
          name: 'Error',
          message: 'a query failed',
          params: ['secret'],
          cause: { name: 'E', message: 'm', query: 'secret', cause: 'secret' },
        },
      }),
      {
        error: {
          name: 'Error',
          message: 'a query failed',
          cause: { name: 'E', message: 'm', cause: undefined },
        },
      },
    ))
  it('has nothing an object inherits', () =>
    assert.deepEqual(allowedFields(Object.create({ path: 'secret' })), {}))
  it('is cut where a value is a document', () =>
    assert.equal(String(allowedFields({ path: 'x'.repeat(9000) }).path).length, 2000))
  it('is one line, whatever is in it', () =>
    assert.deepEqual(
      linesOf('info', (log) =>
        log.info({ path: '/v1/\n{"level":50}\r\u2028' }, 'answered\nlevel=50'),
      ).map((line) => line.trimEnd().split(/\r|\n/).length),
      [1],
    ))
  it('says nothing of a field that is not on the list, even at the most talkative level', () => {
    const fields = { status: 200, password: 'CANARY' }
    assert.doesNotMatch(linesOf('debug', (log) => log.debug(fields, 'answered')).join(''), /CANARY/)
  })
})
