"""What can be wrong with campaigns, costs and forms."""

from leadpact.base.errors import BadInput


class BadCampaign(BadInput):
    code = "bad_campaign"
    what_to_do = "Give the campaign a name of at most 200 letters."


class UnknownCampaign(BadInput):
    code = "unknown_campaign"
    what_to_do = "Open the list of campaigns and choose one of them."


class BadCost(BadInput):
    code = "bad_cost"
    what_to_do = "Correct the cost and try again."


class UnknownForm(BadInput):
    code = "unknown_form"
    what_to_do = "Open the list of forms and choose one of them."


class BadForm(BadInput):
    code = "bad_form"
    what_to_do = "Correct the field and try again."


class FormExists(BadInput):
    """Another form has that address."""

    code = "form_exists"
    what_to_do = "Choose another address."
