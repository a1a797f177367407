/** Prints `PASSED FAILED` of the test runner's JSON report: `node scripts/count-tests.mjs FILE`. */
import { readFileSync } from 'node:fs';
import process from 'node:process';

const report = JSON.parse(readFileSync(process.argv[2], 'utf8'));
// A file that broke before its first test has no failed test to count, so it counts itself.
const broken = report.testResults.filter(
  ({ status, assertionResults }) =>
    status === 'failed' && !assertionResults.some((test) => test.status === 'failed'),
);
const failed = report.numFailedTests + broken.length;
if (report.numPassedTests + failed === 0) throw new Error('no test ran');
console.log(`${report.numPassedTests} ${failed}`);
