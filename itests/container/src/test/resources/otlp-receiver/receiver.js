// Receives OTLP over HTTP on the loopback, at the port that is its argument (0: any). Prints its address, then each request for traces,
// as it reads it, as a line of JSON. Ends with its standard input, and so with the test that started it, however that ends.
'use strict';

const {MockOtlpServer, normalizeTrace} = require('@elastic/mockotlpserver');

const server = new MockOtlpServer({
    logLevel: 'warn',
    services: ['http'],
    httpHostname: '127.0.0.1',
    httpPort: Number(process.argv[2]),
    onTrace: (trace) => console.log(JSON.stringify({trace: normalizeTrace(trace)})),
});
server.start().then(() => console.log(JSON.stringify({url: String(server.httpUrl)})));
process.stdin.on('end', () => process.exit()).resume();
