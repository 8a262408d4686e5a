"""Django's `makemessages`, which also finds the sentences that the packages word, and leaves tests out."""

from django.core.management.commands import makemessages


class Command(makemessages.Command):
    xgettext_options = [*makemessages.Command.xgettext_options, "--keyword=worded", "--keyword=worded_many:1,2"]

    def handle(self, *labels: str, **options: object) -> None:
        ignored = options.get("ignore_patterns")
        options["ignore_patterns"] = [*(ignored if isinstance(ignored, list) else []), "*/tests/*"]
        super().handle(*labels, **options)
