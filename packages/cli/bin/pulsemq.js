#!/usr/bin/env node
// A committed file, because npm links a bin before `prepare` has built its target.
import '../dist/main.js';
