import { ProvisionLogs } from '../logs/provision-logs.ts'
import { define } from '../parts/define.ts'

define('provision-logs', ProvisionLogs)
