import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { Metrics, metricsFetch } from '../../../bff/http/metrics.ts'
import { openWholeBff, type WholeBff } from './whole-bff.ts'

let whole: WholeBff
let metrics: string
let text: string

before(async () => {
  whole = await openWholeBff({ metrics: { host: '127.0.0.1', port: 0 } })
  metrics = `http://127.0.0.1:${whole.metrics}`
  await fetch(`${whole.base}/v1/services/a-client-of-theirs/fields`)
  await fetch(`${whole.base}/v1/services/another-client/fields?q=SECRET-IN-QUERY`)
  await fetch(`${whole.base}/somewhere/${'x'.repeat(50)}`)
  text = await (await fetch(`${metrics}/metrics`)).text()
})
after(() => whole.end())

describe('metrics', () => {
  it('have a port of their own', async () =>
    assert.equal((await fetch(`${whole.base}/metrics`)).status, 404))
  it('are all that port answers', async () =>
    assert.equal((await fetch(`${metrics}/v1/openapi.json`)).status, 404))
  it('are only read there', async () =>
    assert.equal((await fetch(`${metrics}/metrics`, { method: 'POST' })).status, 405))
  it('are the text Prometheus reads', async () =>
    assert.match(
      (await fetch(`${metrics}/metrics`)).headers.get('content-type') ?? '',
      /^text\/plain; version=0\.0\.4/,
    ))
  it('have nothing but comments and samples in them', () =>
    assert.deepEqual(
      text
        .trimEnd()
        .split('\n')
        .filter(
          (line) =>
            !/^# (HELP|TYPE) [a-z_]+ /.test(line) &&
            !/^[a-z_]+(\{[a-z]+="[^"\\]*"(,[a-z]+="[^"\\]*")*\})? \d+(\.\d+)?(e[+-]?\d+)?$/.test(
              line,
            ),
        ),
      [],
    ))
  it('count answers by the route as it is declared', () =>
    assert.match(
      text,
      /provision_http_answers_total\{method="GET",route="\/v1\/services\/\{service\}\/fields",status="401"\} 2\n/,
    ))
  it('count what fits no route as one', () =>
    assert.match(text, /\{method="GET",route="none",status="404"\} 1\n/))
  it('name no service, no query and no path somebody made up', () =>
    assert.doesNotMatch(text, /client-of-theirs|another-client|SECRET-IN-QUERY|somewhere/))
  it('say how long answers took', () =>
    assert.match(text, /provision_http_request_seconds_count 3\n/))
  it('say how many signatures were not good, and who was held back for it', () =>
    assert.match(
      text,
      /provision_token_failures_total 0\n(?:.*\n)*provision_tokens_held_back_total 0\n/,
    ))
  it('say what is under way', () => assert.match(text, /provision_oldest_queued_seconds 0\n/))
})

describe('metrics nobody asked for', () => {
  it('are served nowhere', async () => {
    const quiet = await openWholeBff()
    await quiet.end()
    assert.equal(quiet.metrics, undefined)
  })
})

describe('metrics while the database is away', () => {
  it('are not there, say nothing of why, and the fault is reported', async () => {
    const reports: string[] = []
    const counted = new Metrics(() => [])
    const answer = metricsFetch(
      counted,
      () => Promise.reject(new Error('SECRET-OF-THE-DATABASE')),
      (_error, about) => reports.push(about),
    )
    const response = await answer(new Request('http://localhost/metrics'))
    counted.stop()
    assert.deepEqual(
      [response.status, await response.text(), reports],
      [503, 'Not available\n', ['metrics']],
    )
  })
})
