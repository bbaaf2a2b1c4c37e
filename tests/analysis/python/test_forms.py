"""What forms hold of a request, and what managers of models make of it."""

from __future__ import annotations

import pytest

from tests.analysis.python.workspace import told

REACHED = {
    "raw of a model": (
        "http-request>sql",
        "from django.http import HttpResponse\n"
        "from django.db import models\n"
        "class Person(models.Model):\n"
        "    name = models.CharField()\n"
        "def v(request):\n"
        '    return HttpResponse(str(list(Person.objects.raw("select * from x where a = \'%s\'" % request.GET["a"]))))\n',
    ),
    "extra of a model": (
        "http-request>sql",
        "from django.http import HttpResponse\n"
        "from django.db import models\n"
        "class Person(models.Model):\n"
        "    name = models.CharField()\n"
        "def v(request):\n"
        '    return HttpResponse(str(Person.objects.extra(where=["a = %s" % request.GET["a"]]).count()))\n',
    ),
    "drf serializer": (
        "http-request>shell",
        "from rest_framework.views import APIView\n"
        "import os\n"
        "class V(APIView):\n"
        "    def post(self, request):\n"
        "        s = S(data=request.data)\n"
        "        s.is_valid(raise_exception=True)\n"
        '        os.system(s.validated_data["cmd"])\n',
    ),
    "django form": (
        "http-request>shell",
        "from django.shortcuts import render\n"
        "import os\n"
        "def v(request):\n"
        "    form = F(request.POST)\n"
        "    if form.is_valid():\n"
        '        os.system(form.cleaned_data["x"])\n'
        '    return render(request, "x")\n',
    ),
    "form of the workspace": (
        "http-request>shell",
        "from django import forms\n"
        "from django.shortcuts import render\n"
        "import os\n"
        "class F(forms.Form):\n"
        "    x = forms.CharField()\n"
        "def v(request):\n"
        "    form = F(request.POST)\n"
        "    if form.is_valid():\n"
        '        os.system(form.cleaned_data.get("x"))\n'
        '    return render(request, "x")\n',
    ),
}


@pytest.mark.parametrize(("expected", "text"), list(REACHED.values()), ids=list(REACHED))
def test_form_holds_data(expected: str, text: str) -> None:
    """A field of a wide type is the client's text."""
    assert tuple(expected.split(">")) in [(source, sink) for source, sink, _ in told(text)]


HARMLESS = {
    "extra with parameters": (
        "from django.http import HttpResponse\n"
        "from django.db import models\n"
        "class Person(models.Model):\n"
        "    name = models.CharField()\n"
        "def v(request):\n"
        '    return HttpResponse(str(Person.objects.extra(where=["a = %s"], params=[request.GET["a"]]).count()))\n'
    ),
    "filter": (
        "from django.http import HttpResponse\n"
        "from django.db import models\n"
        "class Person(models.Model):\n"
        "    name = models.CharField()\n"
        "def v(request):\n"
        '    return HttpResponse(str(Person.objects.filter(name=request.GET["a"]).count()))\n'
    ),
    "form of numbers": (
        "from django import forms\n"
        "from django.shortcuts import render\n"
        "import os\n"
        "class F(forms.Form):\n"
        "    x = forms.IntegerField()\n"
        "def v(request):\n"
        "    form = F(request.POST)\n"
        "    if form.is_valid():\n"
        '        os.system("ls " + str(form.cleaned_data["x"]))\n'
        '    return render(request, "x")\n'
    ),
    "form that checks": (
        "from django import forms\n"
        "from django.shortcuts import render\n"
        "import os\n"
        "class F(forms.Form):\n"
        "    x = forms.CharField()\n"
        "    def clean_x(self):\n"
        '        return check(self.cleaned_data["x"])\n'
        "def v(request):\n"
        "    form = F(request.POST)\n"
        "    if form.is_valid():\n"
        '        os.system("ls " + form.cleaned_data["x"])\n'
        '    return render(request, "x")\n'
    ),
    "serializer choices": (
        "from rest_framework import serializers\n"
        "from rest_framework.decorators import api_view\n"
        "import os\n"
        "class S(serializers.Serializer):\n"
        '    x = serializers.ChoiceField(choices=["a", "b"])\n'
        '@api_view(["POST"])\n'
        "def v(request):\n"
        "    s = S(data=request.data)\n"
        "    s.is_valid(raise_exception=True)\n"
        '    os.system("ls " + s.validated_data["x"])\n'
    ),
}


@pytest.mark.parametrize("text", list(HARMLESS.values()), ids=list(HARMLESS))
def test_checked_field_does_no_harm(text: str) -> None:
    """A field of a narrow type, or one with a check of its own, is not told of."""
    assert [] == [flow for flow in told(text) if flow[0] not in ("parameter", "unknown")]


_OF_A_FORM = (
    "from django import forms\n"
    "from django.contrib import admin\n"
    "from PIL import Image\n"
    "class F(forms.Form):\n"
    "    badge = forms.ImageField()\n"
    "    named = forms.CharField()\n"
    "class TeamAdmin(admin.ModelAdmin):\n"
    "    def save_model(self, request, obj, form, change):\n"
    "        uploaded = form.cleaned_data.get('badge')\n"
    "        {}\n"
    "def v(request):\n"
    "    form = F(request.POST, request.FILES)\n"
    "    {}\n"
)


@pytest.mark.parametrize(
    ("of_any", "of_this", "expected"),
    [
        pytest.param("Image.open(uploaded)", "pass", [], id="a field of a form that is not seen"),
        pytest.param("Image.open(form.cleaned_data['badge'])", "pass", [], id="the same by its key"),
        pytest.param("open(uploaded)", "pass", ["path-read"], id="what opens no files that are open"),
        pytest.param("Image.open('/srv/' + uploaded)", "pass", ["path-read"], id="a text that is made of it"),
        pytest.param("pass", "Image.open(form.cleaned_data['badge'])", [], id="a field for an image"),
        pytest.param("pass", "Image.open(form.cleaned_data['named'])", ["path-read"], id="a field for a text"),
        pytest.param("pass", "Image.open(form.cleaned_data.get('other'))", [], id="a field that the form has of its model"),
    ],
)
def test_a_file_that_a_form_brings_is_no_path(of_any: str, of_this: str, expected: list[str]) -> None:
    """What reads open files reads the one that was sent; a text of the client names another."""
    assert [sink for _, sink, _ in told(_OF_A_FORM.format(of_any, of_this))] == expected


_WTF = (
    "import os\nfrom flask import Flask\nfrom flask_wtf import FlaskForm\nfrom flask_wtf.file import FileField\n"
    "from wtforms import IntegerField, SelectField, StringField\nfrom wtforms.validators import Regexp\n\napp = Flask('x')\n\n"
    "class Ask(FlaskForm):\n    name = {field}\n{more}\n"
    "@app.route('/', methods=['POST'])\ndef f():\n    form = Ask()\n    if form.validate_on_submit():\n        {use}\n"
)
_RUN = "os.system('ls ' + form.name.data)"
_CHECK = "\n    def validate_name(self, field):\n        if field.data not in ('a', 'b'):\n            raise ValueError\n"


@pytest.mark.parametrize(
    ("field", "more", "use", "expected"),
    [
        ("StringField('n')", "", _RUN, ["shell"]),
        ("StringField('n', validators=[Regexp('^[a-z]+$')])", "", _RUN, []),
        ("StringField('n')", _CHECK, _RUN, []),
        ("IntegerField('n')", "", _RUN, []),
        ("SelectField('n', choices=[('a', 'b')])", "", _RUN, []),
        ("StringField('n')", "", "os.system('ls ' + form.name.label)", []),
        ("FileField('n')", "", "form.name.data.save(os.path.join('/srv', form.name.data.filename))", ["path-write"]),
        ("FileField('n')", "", "form.name.data.save('/srv/a')", []),
    ],
    ids=[
        "text", "text of a form", "text that the form checks", "a number", "a choice", "another attribute", "the name of a file",
        "a file",
    ],
)  # fmt: skip
def test_field_of_a_form_that_fills_itself(field: str, more: str, use: str, expected: list[str]) -> None:
    """A form of WTForms holds what was sent, but for fields that let nothing harmful through."""
    told_of = told(_WTF.format(field=field, more=more, use=use))
    assert expected == [sink for source, sink, _ in told_of if source == "http-request"]


_SELF = (
    "import os\nfrom django import forms\nfrom rest_framework import serializers\n\n"
    "class Ask({base}):\n    name = serializers.CharField()\n    number = serializers.UUIDField()\n\n"
    "    def {method}(self):\n        {first}\n        os.system('ls ' + {held})\n"
)


@pytest.mark.parametrize(
    ("base", "method", "first", "held", "expected"),
    [
        ("serializers.Serializer", "save", "pass", "self.validated_data['name']", ["http-request"]),
        ("serializers.ModelSerializer", "save", "pass", "self.validated_data.get('name')", ["http-request"]),
        ("forms.Form", "save", "pass", "self.cleaned_data['name']", ["http-request"]),
        ("serializers.Serializer", "run", "self.is_valid()", "self.data.get('name')", ["http-request"]),
        ("serializers.Serializer", "save", "pass", "self.validated_data['number']", []),
        ("serializers.Serializer", "run", "pass", "self.data.get('name')", []),
        ("serializers.ModelSerializer", "run", "self.is_valid()", "self.data.get('name')", []),
        ("object", "save", "pass", "self.validated_data['name']", []),
    ],
    ids=[
        "a serializer", "a serializer of a model", "a form", "what was just checked", "a number", "what is shown",
        "a row that is shown", "something else",
    ],
)  # fmt: skip
def test_form_that_looks_at_itself(base: str, method: str, first: str, held: str, expected: list[str]) -> None:
    """What a form or serializer holds of a request is that in its own methods too."""
    text = _SELF.format(base=base, method=method, first=first, held=held)
    assert expected == [source for source, _, _ in told(text) if source == "http-request"]
