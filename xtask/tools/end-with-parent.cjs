// Ends this process when its standard input closes, which the system does for a parent that died without stopping it.
process.stdin.on('end', () => process.exit()).resume();
