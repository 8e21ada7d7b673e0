"""`chatbot check` and `chatbot build`: the files of the FAQ, and its index."""

import sys

import click

from chatbot.cli import home

LISTED = 10  # near twins that a build names


@click.command()
def check() -> None:
    """Check faq.jsonl, phrasings.jsonl and glossary.jsonl."""
    from chatbot import faq

    content, faults = faq.inspect(home.settings().home)
    for fault in faults:
        click.echo(fault)
    click.echo(
        f"{len(content.entries)} entries, {len(content.phrasings)} phrasings, "
        f"{len(content.glossary)} terms: {len(faults) or 'no'} fault{'s' * (len(faults) != 1)}",
        err=True,
    )
    sys.exit(1 if faults else 0)


@click.command()
def build() -> None:
    """Embed the FAQ into index/ and calibrate its confidence."""
    from chatbot import building, faq, index, twins
    from chatbot.encoder import open_encoder

    settings = home.settings()
    content = faq.load(settings.home)
    version = index.fingerprint(settings.home)
    encoder = open_encoder(settings.encoder_place, settings.threads)
    manifest = building.build(content, version, encoder, settings.index, settings.precision)
    click.echo(
        f"{manifest.rows} rows of {manifest.entries} entries and {manifest.phrasings} phrasings "
        f"in {settings.index}"
    )
    measured = manifest.stated.measured
    if measured is None:
        click.echo("Too few phrasings to measure a confidence: only near-equal texts are answered.")
    else:
        click.echo(f"Threshold {manifest.stated.threshold:.2f}. {measured.in_words()}")
    near = twins.find(content, index.Index.open(settings.index)[0])
    if near:
        click.echo(f"{len(near)} pairs of entries are near twins; the nearest:")
    for pair in near:
        if pair in near[:LISTED] or pair.verdicts:
            click.echo(f"  {pair.in_words()}")
