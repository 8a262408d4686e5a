"""What can be wrong with campaigns, costs and forms."""

from leadpact.base.errors import BadInput, BadState
from leadpact.base.wording import worded


class BadCampaign(BadInput):
    code = "bad_campaign"
    what_to_do = worded("Give the campaign a name of at most 200 letters.")


class UnknownCampaign(BadInput):
    code = "unknown_campaign"
    what_to_do = worded("Open the list of campaigns and choose one of them.")


class CampaignTaken(BadInput):
    """Another campaign has, or once had, that name."""

    code = "campaign_taken"
    what_to_do = worded("Choose another name.")


class UnknownCost(BadInput):
    code = "unknown_cost"
    what_to_do = worded("Open the campaign and choose one of its costs.")


class BadCost(BadInput):
    code = "bad_cost"
    what_to_do = worded("Correct the cost and try again.")


class UnknownForm(BadInput):
    code = "unknown_form"
    what_to_do = worded("Open the list of forms and choose one of them.")


class BadForm(BadInput):
    code = "bad_form"
    what_to_do = worded("Correct the field and try again.")


class FormExists(BadInput):
    """Another form has that address."""

    code = "form_exists"
    what_to_do = worded("Choose another address.")


class UnknownPaper(BadInput):
    code = "unknown_paper"
    what_to_do = worded("Open the list of papers and choose one of them.")


class BadFile(BadInput):
    """The uploaded file is not what it must be."""

    code = "bad_file"
    what_to_do = worded("Choose a PDF file.")


class BadLink(BadInput):
    """The text cannot be made into a link."""

    code = "bad_link"
    what_to_do = worded("Correct the link and try again.")


class DownloadEnded(BadState):
    """The link to a file is not complete, not ours or no longer good."""

    code = "download_ended"
    what_to_do = worded("Open the page of the paper and ask for it again.")
