"""`user` and `token` as scripts use them."""

import json

import pytest

from conftest import Home

pytestmark = pytest.mark.long_on_postgresql

PASSWORD = "a long and odd sentence\n"


def test_users_and_tokens_are_made_by_command(home: Home) -> None:
    home.install()
    words = ["user", "create", "--email", "Mia@Acme.test", "--role", "sales_rep", "--role", "revenue_operations"]
    made = json.loads(home.run(*words, "--name", "Mia", "--password-stdin", "--json", text=PASSWORD).stdout)
    assert made["email"] == "mia@acme.test"
    assert made["roles"] == ["revenue_operations", "sales_rep"]
    assert made["team"] == "Sales"  # the only team of that side
    listed = json.loads(home.run("user", "list", "--json").stdout)
    assert listed == [made]
    token = home.run("token", "create", "--email", "MIA@acme.test").stdout
    assert token.startswith("lp_")
    assert token.count("\n") == 1


def test_what_is_wrong_with_a_user_is_said_with_a_code_and_exit_2(home: Home) -> None:
    home.install()
    for words, code in (
        (["--email", "mia@acme.test", "--role", "boss"], "no_such_role"),
        (["--email", "not an address", "--role", "marketer"], "bad_email"),
        (["--email", "mia@acme.test", "--role", "marketer", "--team", "nowhere"], "no_such_team"),
    ):
        done = home.run("user", "create", *words, "--password-stdin", "--json", text=PASSWORD, check=False)
        assert done.returncode == 2
        document = json.loads(done.stdout)
        assert document["code"] == code
        assert document["what_to_do"]
    weak = home.run(
        "user", "create", "--email", "mia@acme.test", "--role", "marketer", "--password-stdin", "--json",
        text="short\n", check=False,
    )  # fmt: skip
    assert json.loads(weak.stdout)["code"] == "weak_password"
    unknown = home.run("token", "create", "--email", "nobody@acme.test", check=False)
    assert unknown.returncode == 2
    assert "nobody@acme.test" in unknown.stderr
    assert home.run("user", "list", "--json").stdout == "[]\n"


def test_a_second_user_of_one_address_is_a_state_and_ends_with_3(home: Home) -> None:
    home.install()
    words = ["user", "create", "--email", "mia@acme.test", "--role", "marketer", "--password-stdin", "--json"]
    home.run(*words, text=PASSWORD)
    again = home.run(*words, text=PASSWORD, check=False)
    assert (again.returncode, json.loads(again.stdout)["code"]) == (3, "user_exists")
