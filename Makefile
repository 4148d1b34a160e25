# Each target sees to what it needs by itself (tools/with): the wasm32 target, wasm-pack, npm packages, a browser.
# REFINIRE_RUST=debian builds with Debian's compiler where rustup is there as well; CHROME and CHROMEDRIVER choose the browser.
# REFINIRE_BROWSERS=chromium (of "chromium firefox webkit") leaves out the smoke tests in the other two.

.PHONY: help demo site test check package bench pictures clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' Makefile

demo: package ## the demo's pages with an embedded provider, on 127.0.0.1 (PORT=8080)
	@tools/with npm -- node www/server.mjs

site: package ## the documentation, the API reference and the demo as a static site, in target/site/
	@tools/with rust npm -- node tools/site.mjs

test: package ## all tests; SUITES="native browser json package inputs site e2e smoke" for some of them, "apps" for bundlers and frameworks
	@tools/with wasm-pack npm browser python -- node tools/test.mjs $(SUITES)

check: package ## formatting, lints on both targets, docs, wasm-pack at the root, types, lockfiles, size
	@tools/with lints wasm-pack npm browser -- node tools/check.mjs

package: ## the npm package, in pkg/
	@tools/with wasm-pack npm -- node tools/package.mjs

bench: package ## against the other libraries, in headless Chromium
	@tools/with npm browser -- node tests/bench/run.mjs

pictures: package ## the README's, of the demo's pages, in www/screenshots/
	@tools/with npm browser -- node tools/screenshots.mjs

clean: ## what was built; the tools in ~/.cache/refinire-web stay
	rm -rf target pkg node_modules test-results *.tgz
